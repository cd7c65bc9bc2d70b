import { createHash, randomBytes } from 'node:crypto';
import type { ComposedAnswer } from '@loci/answering';
import type { ClipAccess, Job, Video } from '@loci/contracts';
import type { StandingEntry } from '@loci/memory';
import { freshDatabase } from '@loci/testing';
import pg from 'pg';
import { vi } from 'vitest';
import { openDatabase, type Database, type RememberedChunk, type SubmitRequest } from '../src/index.js';

export const TENANT = 'acme';

/**
 * A migrated database of the test file's own.
 * @param quietMs how long jobs may leave their progress untold; by default they tell it with each commit
 */
export async function openFreshDatabase(quietMs = 0): Promise<{
  database: Database;
  url: string;
  close: () => Promise<void>;
}> {
  const { url, stop } = await freshDatabase();
  const database = await openDatabase(url, { quietMs });
  await database.migrate();
  return {
    database,
    url,
    async close() {
      await database.close();
      await stop();
    },
  };
}

export async function aVideo(
  database: Database,
  tenant = TENANT,
  sha256 = createHash('sha256').update(randomBytes(8)).digest('hex'),
  access: Partial<ClipAccess> = {},
): Promise<Video> {
  const { video } = await database.videos.create(
    {
      tenant,
      sha256,
      bytes: 5_000_000_000,
      duration_s: 30.5,
      width: 640,
      height: 480,
      fps: 29.97,
      codec: 'h264',
      track: 0,
      start_s: 0,
      access: { remuxed_bytes: null, refreshes: false, entry_interval_s: 1, ...access },
    },
    () => Promise.resolve(true),
  );
  return video;
}

/** A job on a new video's memory of `chunks` chunks, with `questions` questions about its end. */
export async function aJob(
  database: Database,
  {
    chunks = 2,
    questions = 0,
    ...over
  }: Partial<Omit<SubmitRequest, 'questions'>> & { questions?: number } = {},
): Promise<Job> {
  const request = {
    tenant: TENANT,
    video: over.video ?? (await aVideo(database, over.tenant)),
    model: 'loci-nano@0.1.0',
    samplingFps: 2,
    frames: chunks * 28 + 4,
    chunks,
    clock: { slows: null },
    questions: Array.from({ length: questions }, (_, i) => ({
      ask: { question: `How many chairs, for the ${i}th time?` },
      needsChunks: chunks,
    })),
    ...over,
  };
  return (await database.jobs.submit(request)).job;
}

/** An entry with random tokens, in a view of a larger buffer, as tensors' rows are. */
export function anEntry(kind: StandingEntry['kind'], slot: number, fromChunk: number): StandingEntry {
  const tokens = new Uint8Array(new Uint8Array(randomBytes(300)).buffer, 7, 256);
  const pose = Array.from(
    { length: 16 },
    (_, i) => Math.fround(Math.sin(i * 1.7 + slot)) + (i === 3 ? 0.1 + 0.2 : 0),
  );
  return {
    kind,
    slot,
    frame: fromChunk * 28 + slot,
    tS: (fromChunk * 28 + slot) / 3,
    pose,
    tokens,
    fromChunk,
    toChunk: null,
  };
}

export const aRememberedChunk = (over: Partial<RememberedChunk> = {}): RememberedChunk => ({
  opened: [],
  closed: [],
  localizerState: new Uint8Array([1, 2, 3]),
  overlap: new Uint8Array([4, 5]),
  pendingFrames: null,
  releasesPending: false,
  still: [],
  noveltySum: 14,
  noveltyFrames: 28,
  seen: [3, 0, 5],
  lastSeen: [20, -1, 27],
  seconds: 0.5,
  ...over,
});

/** Takes a memory's chunk through perceive and remember. */
export async function buildChunk(
  database: Database,
  memoryId: string,
  chunk: number,
  over: Partial<RememberedChunk> = {},
): Promise<void> {
  const begun = await database.stages.beginPerceive(memoryId, chunk);
  if ('task' in begun) await begun.start?.();
  await database.stages.commitPerceive(memoryId, chunk, { seconds: 2 });
  await database.stages.beginRemember(memoryId, chunk);
  const memory = await database.memories.find(memoryId);
  if (memory === null) throw new Error('the memory is gone');
  await database.stages.commitRemember(memory, chunk, aRememberedChunk(over));
}

/** The statements that reach Postgres while `work` runs. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return queries.mock.calls.map(([query]: unknown[]) =>
      typeof query === 'string' ? query : (query as { text: string }).text,
    );
  } finally {
    queries.mockRestore();
  }
}

export const anAnswer: ComposedAnswer = {
  text: '4',
  kind: 'number',
  value: 4,
  unit: null,
  choice: null,
  confidence: 0.75,
  trace: [{ text: 'chair x1.0 z2.0', category: 'chair', position: [1, 0, 2] }],
  out_of_domain: { score: 0.5, flag: false },
  supported: true,
  understood: null,
  reason: null,
  message: null,
  evidence: [{ entry_kind: 'episodic', slot: 3, frame: 12, t_s: 6, weight: 0.25 }],
};
