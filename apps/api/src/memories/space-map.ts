import type { SpaceMap, Vec3 } from '@loci/contracts';
import type { Tensor } from '@loci/tensors';
import { thinPoints } from './thin-points.js';

/** The map of one chunk in world metres, as the worker stores it: n points and F fresh frames. */
export interface ChunkMap {
  /** [n, 3] */
  points: Float32Array;
  /** [n, 3] */
  rgb: Uint8Array;
  /** [n], index into the manifest's categories */
  category: Int32Array;
  /** [F, 16], camera-to-world, row-major */
  trajectory: Float32Array;
  /** [F], seconds after the first picture */
  times: Float32Array;
}

/**
 * Reads a chunk's map from its tensors.
 * @throws Error when one is missing or of another type
 */
export function chunkMap(tensors: Readonly<Record<string, Tensor>>): ChunkMap {
  const { points, rgb, category, trajectory, times } = tensors;
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
    trajectory: trajectory.data,
    times: times.data,
  };
}

/** Rounds to millimetres or milliseconds: finer digits only make the answer longer. */
const round = (value: number): number => Math.round(value * 1000) / 1000;
const vec3 = (values: ArrayLike<number>, offset: number, step = 1): Vec3 => [
  round(values[offset] ?? 0),
  round(values[offset + step] ?? 0),
  round(values[offset + 2 * step] ?? 0),
];

/**
 * The camera's path: its position is the last column of each pose; its direction is the third, as z points
 * forward.
 */
function trajectoryOf({ trajectory, times }: ChunkMap, startS: number): SpaceMap['trajectory'] {
  return Array.from(times, (t, frame) => ({
    t_s: round(startS + t),
    position: vec3(trajectory, frame * 16 + 3, 4),
    forward: vec3(trajectory, frame * 16 + 2, 4),
  }));
}

type MapPoint = SpaceMap['points'][number];

/** A chunk's points in the HTTP contract's shape. A category that the model does not name is left out. */
function pointsOf({ points, rgb, category }: ChunkMap, categories: readonly string[]): MapPoint[] {
  return Array.from(category, (index, point) => {
    const name = categories[index];
    return {
      position: vec3(points, point * 3),
      rgb: [rgb[point * 3] ?? 0, rgb[point * 3 + 1] ?? 0, rgb[point * 3 + 2] ?? 0],
      ...(name === undefined ? {} : { category: name }),
    };
  });
}

/** Edge of the voxels, in metres; each keeps one point. They grow when too many points are left. */
const VOXEL_M = 0.05;
/** Most points of a map in the HTTP contract. */
const MAX_POINTS = 20_000;
/** Points gathered before they are thinned: it bounds the memory used for a clip of any length. */
const GATHERED_POINTS = 80_000;

/**
 * Joins the maps of a memory's chunks, one after the other and in bounded memory.
 * @param startS when a player shows the clip's first picture
 */
export async function assembleMap(
  chunkMaps: AsyncIterable<ChunkMap>,
  { categories, startS }: { categories: readonly string[]; startS: number },
): Promise<Pick<SpaceMap, 'trajectory' | 'points'>> {
  const trajectory: SpaceMap['trajectory'] = [];
  let points: MapPoint[] = [];
  for await (const map of chunkMaps) {
    trajectory.push(...trajectoryOf(map, startS));
    points = points.concat(pointsOf(map, categories));
    if (points.length > GATHERED_POINTS) points = thinPoints(points, VOXEL_M, MAX_POINTS);
  }
  return { trajectory, points: thinPoints(points, VOXEL_M, MAX_POINTS) };
}
