import { CUBE_M } from '@loci/contracts';
import type { Keypoints } from './odometry/keypoints.js';
import type { SeenPoint } from './odometry/path.js';

/** What eyes saw in the frames of a chunk. */
export interface SeenCells {
  rows: number;
  columns: number;
  categories: number;
  /** [F, rows, columns, categories], 255ths of a probability */
  cells: Uint8Array;
}

/** What eyes say of the places that the points of a chunk lie in. */
export interface Evidence {
  /** [V, 5]: x, y and z in cubes, how often one of its points was looked at, and the first frame that did */
  cubes: Int32Array;
  /** [V, categories], 255ths of the mean probability of those looks */
  likely: Uint8Array;
}

interface Looks {
  cube: readonly [x: number, y: number, z: number];
  count: number;
  first: number;
  sums: Float64Array;
}

/**
 * What is where: each look at a point says what the cell that it lies in shows, and what the points of a cube
 * are said to be is that cube's mean. So one picture's mistake is outvoted by the others. A pure function.
 * @param pictures of the chunk, of which every so many are a frame, with the size that positions refer to
 */
export function evidenceOf(
  points: readonly SeenPoint[],
  pictures: readonly Pick<Keypoints, 'positions'>[],
  { rows, columns, categories, cells }: SeenCells,
  { every, firstFrame, size }: { every: number; firstFrame: number; size: { width: number; height: number } },
): Evidence {
  const cubes = new Map<string, Looks>();
  for (const { place, views } of points) {
    const [x, y, z] = place;
    const cube = [Math.floor(x / CUBE_M), Math.floor(y / CUBE_M), Math.floor(z / CUBE_M)] as const;
    const key = cube.join(' ');
    for (const { frame: picture, keypoint } of views) {
      if (picture % every !== 0) continue;
      const positions = pictures[picture]?.positions;
      const row = cellAt(positions?.[2 * keypoint + 1] ?? 0, size.height, rows);
      const column = cellAt(positions?.[2 * keypoint] ?? 0, size.width, columns);
      const at = (((picture / every) * rows + row) * columns + column) * categories;
      const looks = cubes.get(key) ?? { cube, count: 0, first: Infinity, sums: new Float64Array(categories) };
      for (let category = 0; category < categories; category += 1)
        looks.sums[category] = (looks.sums[category] ?? 0) + (cells[at + category] ?? 0);
      looks.count += 1;
      looks.first = Math.min(looks.first, firstFrame + picture / every);
      cubes.set(key, looks);
    }
  }
  const found = [...cubes.values()];
  return {
    cubes: Int32Array.from(found.flatMap(({ cube, count, first }) => [...cube, count, first])),
    likely: Uint8Array.from(
      found.flatMap(({ sums, count }) => Array.from(sums, (sum) => Math.round(sum / count))),
    ),
  };
}

/** The cell that a pixel lies in; 0 is the middle of the first pixel. */
const cellAt = (pixel: number, pixels: number, cells: number): number =>
  Math.max(0, Math.min(cells - 1, Math.floor(((pixel + 0.5) / pixels) * cells)));
