import type { Memory, MemorySummary, Page, Problem, VideoListQuery } from '@loci/contracts';
import { digest, type StandingEntry } from '@loci/memory';
import { LOOKAHEAD, type MemoryFacts } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { entriesAfter, entriesWithoutTokens, standingEntries, type EntryWithoutTokens } from './entries.js';
import { Prisma } from './generated/client.js';
import { endJobs } from './job-events.js';
import { isWanted } from './memory-interest.js';
import { lockMemory } from './memory-lock.js';
import { pageWindow, toPage } from './pages.js';
import { json, problemOf } from './json-columns.js';
import { WORKERS } from './presence.js';
import { WITHOUT_STATE, memoryRecord, type MemoryRecord, type MemoryWithoutState } from './records.js';

/** A worker that began so long ago and is not done may stand still; others may then begin too. */
const AT_WORK_MS = 4_000;

/** Where the camera was at a frame that the memory kept. */
export type TrajectoryPoint = Pick<StandingEntry, 'frame' | 'tS' | 'pose'>;

export interface Memories {
  /** The memory as the HTTP contract has it; null when the tenant has no such memory. */
  get(tenant: string, id: string): Promise<Memory | null>;
  /** Newest first. */
  list(tenant: string, query: VideoListQuery): Promise<Page<MemorySummary>>;
  /** A memory of any tenant, without its entries. */
  find(id: string): Promise<MemoryRecord | null>;
  /** The state after chunk `chunk` (−1: the empty memory), working entries first, then by slot. */
  entries(memoryId: string, chunk: number, options: { tokens: true }): Promise<StandingEntry[]>;
  entries(memoryId: string, chunk: number, options: { tokens: false }): Promise<EntryWithoutTokens[]>;
  /** Every frame that was ever in the memory, in order. */
  trajectory(memoryId: string): Promise<TrajectoryPoint[]>;
  /** What the planner reads: the chunks from the head up to its lookahead, and the queued questions. */
  facts(memoryId: string): Promise<MemoryFacts | null>;
  /** Ids above `after` of memories for which the planner may have work, in order. */
  unfinished(limit: number, after?: string): Promise<string[]>;
  /**
   * Takes up the space of what chunks replace: states of localization, up to a tenth of a megabyte each, the
   * overlaps, and pending frames, megabytes that are deleted once they are placed. The server itself looks
   * only once a minute, and leaves what is less than a fifth of a table.
   */
  reclaim(): Promise<void>;
  /** Whether a job that has not ended, or a queued question without a job, waits for it. */
  wanted(memoryId: string): Promise<boolean>;
  /**
   * Fails the memory, the jobs that wait for it and its queued questions. A complete memory stays as it is.
   */
  fail(memoryId: string, problem: Problem): Promise<void>;
}

export function memoriesOf(connection: Connection): Memories {
  const { prisma, transact } = connection;
  function entries(memoryId: string, chunk: number, options: { tokens: true }): Promise<StandingEntry[]>;
  function entries(
    memoryId: string,
    chunk: number,
    options: { tokens: false },
  ): Promise<EntryWithoutTokens[]>;
  function entries(
    memoryId: string,
    chunk: number,
    { tokens }: { tokens: boolean },
  ): Promise<EntryWithoutTokens[]> {
    return tokens ? entriesAfter(connection, memoryId, chunk) : entriesWithoutTokens(prisma, memoryId, chunk);
  }
  return {
    get: (tenant, id) => memoryView(connection, tenant, id),
    async list(tenant, { video_id: videoId, ...page }) {
      const { where, ...window } = pageWindow(page);
      const ofVideo = videoId === undefined ? {} : { videoId };
      const rows = await prisma.memory.findMany({
        where: { tenant, ...ofVideo, ...where },
        ...WITH_DURATION,
        ...window,
      });
      return toPage(rows, page, (kept) => kept.map(memorySummary));
    },
    async find(id) {
      const row = await prisma.memory.findUnique({ where: { id }, omit: WITHOUT_STATE });
      return row === null ? null : memoryRecord(row);
    },
    entries,
    trajectory: (memoryId) =>
      prisma.memoryEntry.findMany({
        where: { memoryId },
        distinct: ['frame'],
        orderBy: { frame: 'asc' },
        select: { frame: true, tS: true, pose: true },
      }),
    facts: (memoryId) => memoryFacts(connection, memoryId),
    async unfinished(limit, after = '') {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT m.id FROM memory m
        WHERE m.status <> 'failed' AND m.id > ${after} AND (
          EXISTS (SELECT 1 FROM question q WHERE q.memory_id = m.id AND q.status = 'queued')
          OR m.status = 'building' AND EXISTS (
            SELECT 1 FROM job j WHERE j.memory_id = m.id AND j.status IN ('queued', 'running')))
        ORDER BY m.id LIMIT ${limit}`;
      return rows.map(({ id }) => id);
    },
    async reclaim() {
      await prisma.$executeRaw`VACUUM (SKIP_LOCKED) memory, chunk, pending_frames`;
    },
    wanted: (memoryId) => isWanted(prisma, memoryId),
    fail: (memoryId, problem) => transact((tx) => failMemory(tx, memoryId, problem)),
  };
}

async function failMemory(tx: Queries, memoryId: string, problem: Problem): Promise<void> {
  const memory = await lockMemory(tx, memoryId);
  if (memory?.status !== 'building') return;
  await tx.memory.update({
    where: { id: memoryId },
    data: { status: 'failed', error: json(problem), finishedAt: new Date() },
  });
  await endJobs(tx, memoryId, 'failed', problem);
  await tx.question.updateMany({
    where: { memoryId, status: 'queued' },
    data: { status: 'failed', error: json(problem) },
  });
}

async function memoryView({ prisma }: Connection, tenant: string, id: string): Promise<Memory | null> {
  const row = await prisma.memory.findFirst({ where: { id, tenant }, ...WITH_DURATION });
  if (row === null) return null;
  const standing = await standingEntries(prisma, id);
  return {
    ...memorySummary(row),
    working: standing.filter(({ kind }) => kind === 'working').length,
    episodic: standing.filter(({ kind }) => kind === 'episodic').length,
    bytes: standing.reduce((sum, { tokens }) => sum + tokens.byteLength, 0),
    digest: digest(standing),
  };
}

/** How a memory is read for its view. */
const WITH_DURATION = {
  omit: WITHOUT_STATE,
  include: { video: { select: { durationS: true } } },
} as const;

/** The memory as the contract's lists have it. */
const memorySummary = (row: MemoryWithoutState & { video: { durationS: number } }): MemorySummary => ({
  id: row.id,
  video_id: row.videoId,
  model: row.model,
  status: memoryRecord(row).status,
  frames: row.frames,
  duration_s: row.video.durationS,
  snapshots: row.head,
  error: problemOf(row.error),
  created_at: row.createdAt.toISOString(),
});

/** Reads all facts in one statement, so that they belong to one moment. */
async function memoryFacts({ read }: Connection, memoryId: string): Promise<MemoryFacts | null> {
  const [row] = await read<{ facts: MemoryFacts | null; atWork: string[] }>(
    'memory_facts',
    Prisma.sql`SELECT memory_facts(${memoryId}, ${LOOKAHEAD}::int) AS facts,
      at_work(${memoryId}, ${WORKERS}::int, ${AT_WORK_MS}::int) AS "atWork"`,
  );
  return row?.facts == null ? null : { ...row.facts, atWork: row.atWork };
}
