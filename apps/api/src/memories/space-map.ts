import type { SpaceMap, Vec3 } from '@loci/contracts';
import type { Tensor } from '@loci/tensors';
import { thinPoints } from './thin-points.js';

/** A chunk's part of the map in world metres, as the worker leaves it: [n] points and [F] fresh frames. */
export interface MapPart {
  /** [n, 3] */
  points: Float32Array;
  /** [n, 3] */
  rgb: Uint8Array;
  /** [n], index into the manifest's categories */
  category: Int32Array;
  /** [F, 16], camera-to-world, row-major */
  trajectory: Float32Array;
  /** [F], seconds */
  times: Float32Array;
}

/** The part that a chunk's tensors hold. Throws when one is missing or of another type. */
export function mapPart(tensors: Readonly<Record<string, Tensor>>): MapPart {
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

/** Millimetres, milliseconds: what lies below says nothing and makes the answer long. */
const round = (value: number): number => Math.round(value * 1000) / 1000;
const vec3 = (values: ArrayLike<number>, at: number, step = 1): Vec3 => [
  round(values[at] ?? 0),
  round(values[at + step] ?? 0),
  round(values[at + 2 * step] ?? 0),
];

/** The camera's way: its position (last column of each pose) and where it looks (third column, since z points forward). */
function trajectoryOf({ trajectory, times }: MapPart): SpaceMap['trajectory'] {
  return Array.from(times, (t, frame) => ({
    t_s: round(t),
    position: vec3(trajectory, frame * 16 + 3, 4),
    forward: vec3(trajectory, frame * 16 + 2, 4),
  }));
}

type MapPoint = SpaceMap['points'][number];

/** A part's points as the map shows them. A category that the model does not name is left out. */
function pointsOf({ points, rgb, category }: MapPart, categories: readonly string[]): MapPoint[] {
  return Array.from(category, (index, point) => {
    const name = categories[index];
    return {
      position: vec3(points, point * 3),
      rgb: [rgb[point * 3] ?? 0, rgb[point * 3 + 1] ?? 0, rgb[point * 3 + 2] ?? 0],
      ...(name === undefined ? {} : { category: name }),
    };
  });
}

/** Edge of the voxels of which each keeps one point, metres; they grow where too many are left. */
const VOXEL_M = 0.05;
/** http.md */
const MAX_POINTS = 20_000;
/** As many points are gathered before they are thinned: bounds memory for a clip of any length. */
const GATHERED_POINTS = 80_000;

/** Puts the parts of a map together, one after another and in bounded memory. */
export async function assembleMap(
  parts: AsyncIterable<MapPart>,
  categories: readonly string[],
): Promise<Pick<SpaceMap, 'trajectory' | 'points'>> {
  const trajectory: SpaceMap['trajectory'] = [];
  let points: MapPoint[] = [];
  for await (const part of parts) {
    trajectory.push(...trajectoryOf(part));
    points = points.concat(pointsOf(part, categories));
    if (points.length > GATHERED_POINTS) points = thinPoints(points, VOXEL_M, MAX_POINTS);
  }
  return { trajectory, points: thinPoints(points, VOXEL_M, MAX_POINTS) };
}
