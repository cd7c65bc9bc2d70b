import { decodeTokens } from '@loci/tensors';
import type { MemoryClock } from './clock.js';
import { entryValues, type MemorySizes, type StandingEntry } from './entry.js';
import { TimelineError } from './errors.js';

/** The memory as the graphs read it. Masks are 1 where an entry stands; where none does, everything is 0. */
export interface MemoryState {
  /** [L_w, N, D], oldest first, left-packed. */
  working: Float32Array;
  /** [L_w] seconds of the memory's clock. */
  workingTimes: Float32Array;
  /** [L_w] */
  workingMask: Uint8Array;
  /** [L_e, N, D], by slot. */
  episodic: Float32Array;
  /** [L_e] seconds of the memory's clock. */
  episodicTimes: Float32Array;
  /** [L_e] */
  episodicMask: Uint8Array;
}

/** The memory before the first frame. */
export function emptyState(sizes: MemorySizes): MemoryState {
  const values = entryValues(sizes);
  return {
    working: new Float32Array(sizes.working * values),
    workingTimes: new Float32Array(sizes.working),
    workingMask: new Uint8Array(sizes.working),
    episodic: new Float32Array(sizes.episodic * values),
    episodicTimes: new Float32Array(sizes.episodic),
    episodicMask: new Uint8Array(sizes.episodic),
  };
}

/**
 * One state's entries in the order of the graphs' memory axis, L_w + L_e long: working oldest first and
 * left-packed, then episodic by slot; null where none stands. Throws TimelineError when they do not fit the
 * sizes.
 */
export function tensorOrder(entries: readonly StandingEntry[], sizes: MemorySizes): (StandingEntry | null)[] {
  const ordered = new Array<StandingEntry | null>(sizes.working + sizes.episodic).fill(null);
  const working = entries.filter(({ kind }) => kind === 'working').sort((a, b) => a.frame - b.frame);
  if (working.length > sizes.working)
    throw new TimelineError(`${working.length} working entries stand, of at most ${sizes.working}`);
  working.forEach((entry, place) => (ordered[place] = entry));
  for (const entry of entries) {
    if (entry.kind !== 'episodic') continue;
    const place = sizes.working + entry.slot;
    if (entry.slot < 0 || entry.slot >= sizes.episodic || ordered[place] !== null)
      throw new TimelineError(
        `two entries or none can stand in episodic slot ${entry.slot} of ${sizes.episodic}`,
      );
    ordered[place] = entry;
  }
  return ordered;
}

/**
 * One state's entries (see entriesAt) as the graphs' tensors, their times by the memory's clock. Throws
 * TimelineError when they do not fit the sizes, e.g. when they were made by another bundle.
 */
export function stateTensors(
  entries: readonly StandingEntry[],
  sizes: MemorySizes,
  clock: MemoryClock,
): MemoryState {
  const state = emptyState(sizes);
  const values = entryValues(sizes);
  tensorOrder(entries, sizes).forEach((entry, place) => {
    if (entry === null) return;
    const held = entry.tokens.byteLength / 2;
    if (held !== values)
      throw new TimelineError(`the entry of frame ${entry.frame} holds ${held} values, not ${values}`);
    const [memory, times, mask, row] =
      entry.kind === 'working'
        ? [state.working, state.workingTimes, state.workingMask, place]
        : [state.episodic, state.episodicTimes, state.episodicMask, entry.slot];
    decodeTokens(entry.tokens, memory.subarray(row * values, (row + 1) * values));
    times[row] = clock.atFrame(entry.frame);
    mask[row] = 1;
  });
  return state;
}
