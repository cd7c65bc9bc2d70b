import { SHOT_BOUNDARY } from './parameters.js';
import type { PerceivedChunk } from './perceived-chunk.js';

/** Frames [first, end) of a chunk without a shot boundary between them. */
export interface Segment {
  readonly first: number;
  readonly end: number;
  /** Whether the shot boundary before it is only suspected. */
  readonly suspected: boolean;
}

/**
 * A chunk's segments in order; most chunks are one. A shot boundary is a step that is doubtful beside the chunk's others.
 * The median, because every step is more doubtful where a camera turns fast or fewer frames are sampled. Where there is
 * none, and the camera is not `lost` already, the most doubtful step may be a suspected one.
 */
export function detectSegments(
  { frames, stepDoubt }: Pick<PerceivedChunk, 'frames' | 'stepDoubt'>,
  lost = false,
): Segment[] {
  const usual = median(stepDoubt.subarray(1, frames));
  const doubtOf = (frame: number): number => stepDoubt[frame] ?? 0;
  const stepsAbove = (medians: number): number[] =>
    [...Array(frames).keys()].filter(
      (frame) => frame > 0 && doubtOf(frame) > Math.max(SHOT_BOUNDARY.minDoubt, medians * usual),
    );
  const certain = stepsAbove(SHOT_BOUNDARY.medians);
  const suspected =
    certain.length > 0 || lost
      ? []
      : stepsAbove(SHOT_BOUNDARY.suspectedMedians)
          .sort((a, b) => doubtOf(b) - doubtOf(a))
          .slice(0, 1);
  const boundaries = [...certain, ...suspected];
  return [0, ...boundaries].map((first, index) => ({
    first,
    end: boundaries[index] ?? frames,
    suspected: suspected.includes(first),
  }));
}

/** The middle value, or the mean of the two middle ones; 0 of none. */
function median(values: Float32Array): number {
  const sorted = values.toSorted();
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
