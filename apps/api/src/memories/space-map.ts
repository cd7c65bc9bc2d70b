import type { SpaceMap, Vec3 } from '@loci/contracts';
import type { ChunkMap } from './chunk-map.js';
import type { MapObjects } from './map-objects.js';
import { round } from './rounding.js';
import { thinPoints } from './thin-points.js';

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
 * Joins the maps of a memory's chunks, one after the other and in bounded memory. A missing one leaves a
 * hole.
 * @param startS when a player shows the clip's first picture
 * @param objects sees every point before they are thinned
 */
export async function assembleMap(
  chunkMaps: AsyncIterable<ChunkMap | null>,
  { categories, startS, objects }: { categories: readonly string[]; startS: number; objects: MapObjects },
): Promise<Pick<SpaceMap, 'trajectory' | 'points'>> {
  const trajectory: SpaceMap['trajectory'] = [];
  let points: MapPoint[] = [];
  for await (const map of chunkMaps) {
    if (map === null) continue;
    trajectory.push(...trajectoryOf(map, startS));
    objects.see(map);
    points = points.concat(pointsOf(map, categories));
    if (points.length > GATHERED_POINTS) points = thinPoints(points, VOXEL_M, MAX_POINTS);
  }
  // frames of a lost stretch are placed late
  trajectory.sort((a, b) => a.t_s - b.t_s);
  return { trajectory, points: thinPoints(points, VOXEL_M, MAX_POINTS) };
}
