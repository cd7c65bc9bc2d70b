import { rows } from '@loci/tensors';
import { DegenerateAlignmentError } from './errors.js';
import { fromPose, identitySim3, invertSim3, type Sim3 } from './geometry/sim3.js';
import { alignToOverlap, type ChunkOverlap, type TrustedPoints } from './overlap.js';
import type { LocalizerOptions, PerceivedChunk } from './perceived-chunk.js';
import type { PlacedSegment, Surroundings } from './placement.js';
import type { Segment } from './segments.js';

/** What a segment and the chunk before have both seen: in this chunk's frame, and in the world. */
export interface SharedPoints {
  here: TrustedPoints;
  before: TrustedPoints;
  overlap: ChunkOverlap;
}

export function sharedPoints(
  chunk: PerceivedChunk,
  { first, end }: Segment,
  { overlap, options: { sizes } }: Surroundings,
): SharedPoints | null {
  if (overlap === null) return null;
  const sharedFrames = Math.min(sizes.overlap, overlap.confidence.length / sizes.tokens);
  const last = Math.min(end, sharedFrames);
  if (first >= last) return null;
  const within = ({ points, confidence }: TrustedPoints): TrustedPoints => ({
    points: rows(points, 3 * sizes.tokens, first, last),
    confidence: rows(confidence, sizes.tokens, first, last),
  });
  return { here: within(chunk), before: within(overlap), overlap };
}

/**
 * The world of a segment's first camera: behind a lead that shows nothing, such as a black picture, the video
 * is placed as it would be without.
 */
export const beginWorld = ({ cameraToChunk }: PerceivedChunk, { first }: Segment): Sim3 =>
  invertSim3(fromPose(rows(cameraToChunk, 16, first, first + 1), 1));

/**
 * Where the frames that a segment shares with the chunk before say that it is; without any, where the one
 * before is.
 */
export function firstGuess(
  shared: SharedPoints | null,
  before: PlacedSegment | null,
  { metricScale }: LocalizerOptions,
): Sim3 {
  if (shared === null) return before?.toWorld ?? identitySim3();
  try {
    return alignToOverlap(shared.before, shared.here, { scale: !metricScale });
  } catch (error) {
    if (!(error instanceof DegenerateAlignmentError)) throw error;
    if (before !== null) return before.toWorld;
    // a blank wall determines no transform; the pose that the chunk before found for this chunk's first frame
    // does
    return fromPose(shared.overlap.cameraToWorld, shared.overlap.scale);
  }
}
