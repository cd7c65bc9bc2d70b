import type { Tensor } from '@loci/tensors';

/** A chunk's map in world metres, as the worker stores it: n points, F fresh frames and L landmarks. */
export interface ChunkMap {
  /** [n, 3] */
  points: Float32Array;
  /** [n, 3] */
  rgb: Uint8Array;
  /** [n], index into the manifest's categories */
  category: Int32Array;
  /** [n], which of the F frames shows the point; null in maps of older workers */
  frame: Int32Array | null;
  /** [F, 16], camera-to-world, row-major */
  trajectory: Float32Array;
  /** [F], seconds after the first picture */
  times: Float32Array;
  /** [L, 4]: category, x, z, certainty of what is known after the chunk; null in maps of older workers */
  landmarks: Float32Array | null;
  /** [G, 4]: category, x, z and first frame of where things were seen first; null likewise */
  glimpses: Float32Array | null;
  /** Seconds after the first picture at which shots begin; null in maps of older workers */
  shots: Float32Array | null;
}

/**
 * Reads a chunk's map from its tensors.
 * @throws Error when one is missing or of another type
 */
export function chunkMap(tensors: Readonly<Record<string, Tensor>>): ChunkMap {
  const { points, rgb, category, frame, trajectory, times, landmarks, glimpses, shots } = tensors;
  if (
    points?.dtype !== 'f32' ||
    rgb?.dtype !== 'u8' ||
    category?.dtype !== 'i32' ||
    trajectory?.dtype !== 'f32' ||
    times?.dtype !== 'f32'
  ) {
    throw new Error('A map object must hold points, trajectory and times (f32), rgb (u8) and category (i32)');
  }
  return {
    points: points.data,
    rgb: rgb.data,
    category: category.data,
    frame: frame?.dtype === 'i32' ? frame.data : null,
    trajectory: trajectory.data,
    times: times.data,
    landmarks: landmarks?.dtype === 'f32' ? landmarks.data : null,
    glimpses: glimpses?.dtype === 'f32' ? glimpses.data : null,
    shots: shots?.dtype === 'f32' ? shots.data : null,
  };
}
