import type { Vec3 } from '@loci/contracts';

/** A point that can be thinned: where it is, and how much it should be trusted (default 1). */
export interface ThinnablePoint {
  position: Vec3;
  confidence?: number;
}

/** Voxels grow by this factor until few enough are left: the eighth root of 2 in each dimension, by 9 %. */
const GROWTH = 2 ** (1 / 8);

/**
 * At most `max` points: one a voxel of edge `voxel` metres, the most trusted (ties: the first); where that
 * leaves too many the voxels grow. In the order of the input. Points that are not finite are left out.
 */
export function thinPoints<P extends ThinnablePoint>(points: readonly P[], voxel: number, max: number): P[] {
  if (!(voxel > 0) || !(max >= 1))
    throw new RangeError(`points cannot be thinned to ${max} by voxels of ${voxel} m`);
  const finite = points.filter(({ position }) => position.every((value) => Number.isFinite(value)));
  const corner = [0, 1, 2].map((axis) =>
    finite.reduce((least, { position }) => Math.min(least, position[axis] ?? least), Infinity),
  );
  let left = onePerVoxel(finite, corner, voxel);
  for (let edge = voxel * GROWTH; left.length > max; edge *= GROWTH) left = onePerVoxel(left, corner, edge);
  return left;
}

/** Voxels are counted from the points' lowest corner, so that growing ones end in a single one. */
function onePerVoxel<P extends ThinnablePoint>(
  points: readonly P[],
  corner: readonly number[],
  edge: number,
): P[] {
  const best = new Map<string, number>();
  points.forEach(({ position, confidence = 1 }, i) => {
    const key = position.map((value, axis) => Math.floor((value - (corner[axis] ?? 0)) / edge)).join(' ');
    const rival = best.get(key);
    if (rival === undefined || confidence > (points[rival]?.confidence ?? 1)) best.set(key, i);
  });
  const kept = new Set(best.values());
  return points.filter((_, i) => kept.has(i));
}
