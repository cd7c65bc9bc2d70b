import type { Sim3 } from '@loci/memory';
import type { Features } from './features.js';

/** Step doubt below which no step is a cut (docs/memory.md). */
const DOUBTFUL = 0.45;
/** Times the chunk's median step doubt beyond which the picture jumps, and may jump. */
const [CUT, SUSPECTED] = [3.5, 2];

/** Frames [first, past) of a chunk between which the picture does not jump, and whether that before them is only suspected. */
export interface Part {
  readonly first: number;
  readonly past: number;
  readonly suspected: boolean;
}

/** A part in the world. */
export interface PlacedPart extends Part {
  readonly toWorld: Sim3;
  /** Whether nobody knows yet where it is. */
  readonly adrift: boolean;
}

/**
 * A chunk's parts, in order; most chunks are one. The picture jumps between them, where a step is doubtful beside the others of the
 * chunk. Where none is so doubtful, and nothing is `adrift`, the most doubtful step is suspected.
 */
export function partsOf(
  { frames, stepDoubt }: Pick<Features, 'frames' | 'stepDoubt'>,
  adrift = false,
): Part[] {
  const usual = median(stepDoubt.subarray(1, frames));
  const doubtful = (times: number): number[] =>
    [...Array(frames).keys()].filter(
      (at) => at > 0 && (stepDoubt[at] ?? 0) > Math.max(DOUBTFUL, times * usual),
    );
  const jumps = doubtful(CUT);
  const suspected =
    jumps.length > 0 || adrift
      ? []
      : doubtful(SUSPECTED)
          .sort((a, b) => (stepDoubt[b] ?? 0) - (stepDoubt[a] ?? 0))
          .slice(0, 1);
  const cuts = [...jumps, ...suspected];
  return [0, ...cuts].map((first, index) => ({
    first,
    past: cuts[index] ?? frames,
    suspected: suspected.includes(first),
  }));
}

/** The middle value, or the mean of the two; 0 of none. */
function median(values: Float32Array): number {
  const sorted = values.toSorted();
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
