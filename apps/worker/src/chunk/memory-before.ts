import type { MemoryBefore, RememberedChunk } from '@loci/database';
import { applyStep, byKindAndSlot, entriesAt, type StandingEntry } from '@loci/memory';
import { Recent } from '@loci/service';

/** Memories whose state is kept. */
const KEPT = 8;
const NOTHING_BEFORE: MemoryBefore = { previous: null, pendingFrames: [], entries: [], still: [] };

/**
 * What stands before the next chunk of the memories that this worker remembers, as the database would give
 * it. The state after a chunk is the same whoever computes it, so it is known by its memory and chunk alone.
 */
export class KeptMemories {
  readonly #kept = new Recent<{ chunk: number; before: MemoryBefore }>(KEPT);

  /** What stands before a chunk; undefined where it is not kept. */
  take(memoryId: string, chunk: number): MemoryBefore | undefined {
    if (chunk === 0) return NOTHING_BEFORE;
    const kept = this.#kept.take(memoryId);
    return kept?.chunk === chunk ? kept.before : undefined;
  }

  keep(memoryId: string, chunk: number, before: MemoryBefore): void {
    this.#kept.keep(memoryId, { chunk, before });
  }
}

/** What stands after a chunk that was remembered, as `Stages.memoryBefore` gives it for the next one. */
export function memoryAfter(before: MemoryBefore, chunk: number, done: RememberedChunk): MemoryBefore {
  const { localizerState, overlap, pendingFrames, releasesPending, still } = done;
  return {
    previous: { localizerState, overlap },
    pendingFrames: [
      ...(releasesPending ? [] : before.pendingFrames),
      ...(pendingFrames === null ? [] : [pendingFrames]),
    ],
    entries: entriesAt(applyStep(before.entries, done, chunk), chunk)
      .map(asStored)
      .sort(byKindAndSlot),
    still: [...before.still, ...still],
  };
}

/** Tokens without the buffer that they are a view of; numbers without the zero that the database lacks. */
const asStored = (entry: StandingEntry): StandingEntry => ({
  ...entry,
  tokens: entry.tokens.byteLength === entry.tokens.buffer.byteLength ? entry.tokens : entry.tokens.slice(),
  pose: entry.pose.map((value) => (value === 0 ? 0 : value)),
});
