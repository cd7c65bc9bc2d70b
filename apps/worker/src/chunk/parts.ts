import type { Sim3 } from '@loci/memory';
import type { Features } from './features.js';

/** Step doubt above which the picture jumps (docs/bundle.md). */
const CUT = 1;

/** Frames [first, past) of a chunk between which the picture does not jump. */
export interface Part {
  readonly first: number;
  readonly past: number;
}

/** A part in the world. */
export interface PlacedPart extends Part {
  readonly toWorld: Sim3;
  /** Whether nobody knows yet where it is. */
  readonly adrift: boolean;
}

/** A chunk's parts, in order; most chunks are one. */
export function partsOf({ frames, stepDoubt }: Pick<Features, 'frames' | 'stepDoubt'>): Part[] {
  const cuts = Array.from({ length: Math.max(frames - 1, 0) }, (_, at) => at + 1).filter((at) => (stepDoubt[at] ?? 0) > CUT);
  return [0, ...cuts].map((first, index) => ({ first, past: cuts[index] ?? frames }));
}
