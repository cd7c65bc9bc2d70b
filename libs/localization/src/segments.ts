import { median } from './median.js';
import { SHOT_BOUNDARY } from './parameters.js';
import type { PerceivedChunk } from './perceived-chunk.js';

/** Frames [first, end) of a chunk without a shot boundary between them. */
export interface Segment {
  readonly first: number;
  readonly end: number;
}

/**
 * A chunk's segments in order; most chunks are one. A shot boundary is a step whose doubt lies far above the
 * chunk's median, in median absolute deviations: every step is more doubtful where a camera turns fast or
 * fewer frames are sampled. Still frames have no doubt at all, and do not count.
 * @param jumps frames before which the picture is known to jump
 */
export function detectSegments(
  { frames, stepDoubt, still }: Pick<PerceivedChunk, 'frames' | 'stepDoubt' | 'still'>,
  jumps: readonly number[],
): Segment[] {
  const doubts = stepDoubt.subarray(0, frames).filter((_, frame) => frame > 0 && still[frame] !== 1);
  const usual = median(doubts);
  const deviation = median(doubts.map((doubt) => Math.abs(doubt - usual)));
  const limit = Math.max(SHOT_BOUNDARY.minDoubt, usual + SHOT_BOUNDARY.deviations * deviation);
  const boundaries = [...Array(frames).keys()].filter(
    (frame) => (frame > 0 && (stepDoubt[frame] ?? 0) > limit) || jumps.includes(frame),
  );
  return [0, ...boundaries].map((first, index) => ({ first, end: boundaries[index] ?? frames }));
}
