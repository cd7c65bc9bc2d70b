import { FLOOR_CELL_M } from '@loci/contracts';
import { OCCUPANCY } from './parameters.js';

/** A square of the floor plane, and how many points were seen over it, at any height. */
export interface OccupancyCell {
  /** In cells of FLOOR_CELL_M from the world's origin: the square begins there. */
  readonly x: number;
  readonly z: number;
  readonly points: number;
}

/** The points that a chunk's frames show, in the world. */
export interface SeenPoints {
  /** [F, N, 3] */
  readonly points: Float32Array;
  readonly frames: number;
}

/**
 * The grid with the points of a chunk. Where it grows beyond its limit, cells of the fewest points go.
 * @param counts whether a frame of the chunk is to be looked at
 */
export function occupy(
  known: readonly OccupancyCell[],
  { points, frames }: SeenPoints,
  counts: (frame: number) => boolean,
): readonly OccupancyCell[] {
  const cells = new Map(known.map((cell) => [keyOf(cell.x, cell.z), cell]));
  const width = points.length / Math.max(1, frames);
  for (let at = 0; at < points.length; at += 3) {
    if (!counts(Math.floor(at / width))) continue;
    const [x, z] = [cellOf(points[at]), cellOf(points[at + 2])];
    if (!Number.isFinite(x) || !Number.isFinite(z)) continue;
    const key = keyOf(x, z);
    cells.set(key, { x, z, points: (cells.get(key)?.points ?? 0) + 1 });
  }
  const grid = [...cells.values()];
  if (grid.length <= OCCUPANCY.maxCells) return grid;
  return grid.toSorted((a, b) => b.points - a.points).slice(0, OCCUPANCY.maxCells);
}

const cellOf = (metres = NaN): number => Math.floor(metres / FLOOR_CELL_M);

const keyOf = (x: number, z: number): string => `${x} ${z}`;
