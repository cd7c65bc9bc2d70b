import { TensorFormatError, readTensors, writeTensors } from '@loci/tensors';
import { alignPoints } from './geometry/align.js';
import type { Sim3 } from './geometry/sim3.js';

/**
 * What a chunk leaves of its last frames, which the next chunk begins with: O frames of N tokens, in the
 * world.
 */
export interface ChunkOverlap {
  /** [O, N, 3] metres */
  points: Float32Array;
  /** [O, N] */
  confidence: Float32Array;
  /** [4, 4] of the first of these frames: where the next chunk's frame has its origin */
  cameraToWorld: Float32Array;
  /** Metres of the world for one of the chunk's own units; 1 where the model is metric. */
  scale: number;
  /** What an estimated path hands over, encoded; none where it is not estimated. */
  path?: Uint8Array | undefined;
}

/** The points of some frames and how much each is trusted: all that alignment looks at. */
export type TrustedPoints = Pick<ChunkOverlap, 'points' | 'confidence'>;

/** An overlap as bytes; float32, so that aligning after a restart gives the same bits. */
export function encodeOverlap({
  points,
  confidence,
  cameraToWorld,
  scale,
  path,
}: ChunkOverlap): Uint8Array<ArrayBuffer> {
  if (points.length !== 3 * confidence.length)
    throw new RangeError(`${points.length} coordinates for ${confidence.length} points`);
  return writeTensors(
    {
      points: { dtype: 'f32', dims: [confidence.length, 3], data: points },
      confidence: { dtype: 'f32', dims: [confidence.length], data: confidence },
      camera_to_world: { dtype: 'f32', dims: [4, 4], data: cameraToWorld },
      ...(path === undefined ? {} : { path: { dtype: 'u8', dims: [path.length], data: path } as const }),
    },
    { scale: JSON.stringify(scale) },
  );
}

/** Throws TensorFormatError for bytes that encodeOverlap did not write. */
export function decodeOverlap(bytes: Uint8Array): ChunkOverlap {
  const { tensors, metadata } = readTensors(bytes);
  const { points, confidence, camera_to_world: cameraToWorld, path } = tensors;
  const scale = Number(metadata['scale']);
  if (
    points?.dtype !== 'f32' ||
    confidence?.dtype !== 'f32' ||
    points.data.length !== 3 * confidence.data.length
  )
    throw new TensorFormatError('it does not hold a chunk’s points and their confidence');
  if (cameraToWorld?.dtype !== 'f32' || cameraToWorld.data.length !== 16 || !(scale > 0))
    throw new TensorFormatError('it does not hold a pose and a scale');
  return {
    points: points.data,
    confidence: confidence.data,
    cameraToWorld: cameraToWorld.data,
    scale,
    path: path?.dtype === 'u8' ? path.data : undefined,
  };
}

/**
 * The similarity that carries a chunk into the world, from the frames that it shares with the chunk before:
 * `here` as this chunk sees them, `before` as they lie in the world. A point counts by the product of its two
 * confidences. Throws as alignPoints does.
 */
export function alignToOverlap(
  before: TrustedPoints,
  here: TrustedPoints,
  options: { scale: boolean },
): Sim3 {
  const weights = here.confidence.map((confidence, i) => confidence * (before.confidence[i] ?? NaN));
  return alignPoints(here.points, before.points, weights, options);
}
