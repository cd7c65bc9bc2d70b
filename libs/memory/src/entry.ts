import type { EntryKind, Sizes } from '@loci/contracts';

/**
 * An entry of the dual memory on its timeline: it stands in the states after chunks k with fromChunk ≤ k <
 * toChunk (null: it still stands).
 */
export interface StandingEntry {
  kind: EntryKind;
  /** working: in turn, mod L_w. episodic: the slot that the remember graph gave it. */
  slot: number;
  frame: number;
  /** Seconds from the clip's start. */
  tS: number;
  /** Camera-to-world, row-major 4×4, metres. */
  pose: number[];
  /** float16 little-endian, N×D. */
  tokens: Uint8Array;
  fromChunk: number;
  toChunk: number | null;
}

/** The sizes of a bundle that shape its memory. */
export type MemorySizes = Pick<Sizes, 'tokens' | 'd' | 'working' | 'episodic'>;

/** How many values one entry holds: N·D. */
export const entryValues = (sizes: MemorySizes): number => sizes.tokens * sizes.d;

/** Whether an entry stands in the state after a chunk. */
export const standsAt = (entry: Pick<StandingEntry, 'fromChunk' | 'toChunk'>, chunk: number): boolean =>
  entry.fromChunk <= chunk && (entry.toChunk === null || chunk < entry.toChunk);

/** The entry of the latest moment; null of an empty memory. */
export const newest = (entries: readonly StandingEntry[]): StandingEntry | null =>
  entries.toSorted((one, other) => other.tS - one.tS)[0] ?? null;
