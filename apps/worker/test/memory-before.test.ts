import { randomUUID } from 'node:crypto';
import { openDatabase, type Database, type MemoryBefore, type RememberedChunk } from '@loci/database';
import type { StandingEntry } from '@loci/memory';
import { freshDatabase } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeptMemories, memoryAfter } from '../src/chunk/memory-before.js';

const EMPTY: MemoryBefore = { previous: null, pendingFrames: [], entries: [], still: [] };

/** An entry in a view of a larger buffer, as those of a graph's output are. */
const entry = (kind: StandingEntry['kind'], slot: number, fromChunk: number): StandingEntry => ({
  ...{ kind, slot, fromChunk, toChunk: null, frame: 28 * fromChunk + slot, tS: (fromChunk + slot) / 3 },
  pose: Array.from({ length: 16 }, (_, i) => (i === 3 ? -0 : Math.fround(Math.sin(i + slot)) + 0.1)),
  tokens: new Uint8Array(64).map((_, i) => i + slot + fromChunk).subarray(8, 40),
});

const remembered = (chunk: number, over: Partial<RememberedChunk> = {}): RememberedChunk => ({
  ...{ opened: [entry('episodic', chunk, chunk)], closed: [], still: [[chunk, chunk + 1]] },
  ...{ localizerState: Uint8Array.of(chunk, 1), overlap: Uint8Array.of(chunk, 2) },
  ...{ pendingFrames: Uint8Array.of(chunk, 3), releasesPending: false },
  ...{ noveltySum: 0, noveltyFrames: 0, seen: [], lastSeen: [], seconds: 0 },
  ...over,
});

const CHUNKS = [
  remembered(0, { opened: [entry('episodic', 3, 0), entry('working', 1, 0), entry('working', 0, 0)] }),
  remembered(1, { closed: [entry('working', 1, 0)], pendingFrames: null }),
  remembered(2, { releasesPending: true, opened: [entry('working', 1, 2)] }),
  remembered(3, { opened: [], still: [] }),
];

describe('what a worker keeps of a memory', () => {
  let database: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const fresh = await freshDatabase();
    database = await openDatabase(fresh.url);
    await database.migrate();
    close = async () => {
      await database.close();
      await fresh.stop();
    };
  });
  afterAll(() => close());

  it('is what the database would give it, chunk after chunk', async () => {
    const { video } = await database.videos.create(
      {
        ...{ tenant: 'acme', sha256: randomUUID(), bytes: 1, codec: 'h264', track: 0, start_s: 0 },
        ...{ duration_s: 1, width: 1, height: 1, fps: 1 },
      },
      () => Promise.resolve(true),
    );
    const { job } = await database.jobs.submit({
      ...{ tenant: 'acme', video, model: 'any@1', samplingFps: 2, frames: 200, clock: { slows: null } },
      ...{ chunks: CHUNKS.length + 1, questions: [] },
    });
    const memory = { id: job.memory_id, chunks: CHUNKS.length + 1 };
    let kept = EMPTY;
    for (const [chunk, done] of CHUNKS.entries()) {
      await database.stages.commitPerceive(memory.id, chunk, { seconds: 0 });
      expect(await database.stages.commitRemember(memory, chunk, done)).not.toBeNull();
      kept = memoryAfter(kept, chunk, done);
      expect(kept).toEqual(await database.stages.memoryBefore(memory.id, chunk + 1));
    }
  });

  it('holds no more bytes than its own tokens', () => {
    const { entries } = memoryAfter(EMPTY, 0, remembered(0));
    expect(entries.map(({ tokens }) => tokens.buffer.byteLength)).toEqual([32]);
  });

  it('serves one chunk only, and is forgotten when many memories were used since', () => {
    const kept = new KeptMemories();
    kept.keep('mem_a', 3, EMPTY);
    expect(kept.take('mem_a', 2)).toBeUndefined();
    kept.keep('mem_a', 3, EMPTY);
    expect(kept.take('mem_a', 3)).toBe(EMPTY);
    expect(kept.take('mem_a', 3)).toBeUndefined();
    for (let memory = 0; memory < 20; memory += 1) kept.keep(`mem_${memory}`, 1, EMPTY);
    expect([kept.take('mem_0', 1), kept.take('mem_19', 1)]).toEqual([undefined, EMPTY]);
  });
});
