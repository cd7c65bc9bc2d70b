import { CUBE_COLUMNS, CUBE_M } from '@loci/contracts';
import type { OccupiedCell } from '../measured/world.js';

/** What eyes say of the places of the world, as a chunk's map has it (libs/localization, Evidence). */
export interface SeenPlaces {
  /** [V, 5]: x, y and z in cubes, looks, first frame */
  cubes: Int32Array;
  /** [V, K], 255ths of a mean probability */
  likely: Uint8Array;
}

/** The cubes that chunks know, each once. */
export interface Cubes {
  count: number;
  /** [V, 3] x, y and z in cubes */
  places: number[];
  looks: number[];
  /** The first frame that showed each. */
  first: number[];
  /** [V, K] sums of probabilities over the looks */
  sums: number[];
}

export function joinedCubes(parts: readonly SeenPlaces[], width: number): Cubes {
  const joined: Cubes = { count: 0, places: [], looks: [], first: [], sums: [] };
  const known = new Map<string, number>();
  for (const { cubes, likely } of parts)
    for (let row = 0; CUBE_COLUMNS * row < cubes.length; row += 1) {
      const [x = 0, y = 0, z = 0, looks = 0, first = 0] = cubes.subarray(
        CUBE_COLUMNS * row,
        CUBE_COLUMNS * (row + 1),
      );
      const key = keyOf(x, y, z);
      const cube = known.get(key) ?? joined.count;
      if (cube === joined.count) {
        known.set(key, cube);
        joined.count += 1;
        joined.places.push(x, y, z);
        joined.looks.push(0);
        joined.first.push(first);
        for (let k = 0; k < width; k += 1) joined.sums.push(0);
      }
      joined.looks[cube] = (joined.looks[cube] ?? 0) + looks;
      joined.first[cube] = Math.min(joined.first[cube] ?? first, first);
      for (let k = 0; k < width; k += 1)
        joined.sums[cube * width + k] =
          (joined.sums[cube * width + k] ?? 0) + (looks * (likely[row * width + k] ?? 0)) / 255;
    }
  return joined;
}

const keyOf = (x: number, y: number, z: number): string => `${x} ${y} ${z}`;
/** Over which squares of the floor the cubes of chunks were looked at. */
export function lookedAt(parts: readonly SeenPlaces[]): OccupiedCell[] {
  const { count, places, looks } = joinedCubes(parts, 0);
  const cells = new Map<string, OccupiedCell>();
  for (let cube = 0; cube < count; cube += 1) {
    const [x = 0, z = 0] = [places[3 * cube], places[3 * cube + 2]];
    const [key, points] = [`${x} ${z}`, looks[cube] ?? 0];
    const known = cells.get(key)?.points ?? 0;
    cells.set(key, { x: (x + 0.5) * CUBE_M, z: (z + 0.5) * CUBE_M, points: known + points });
  }
  return [...cells.values()];
}

const STEPS = [-1, 0, 1];

/** By cube, those that touch it, and itself. */
export function neighboursOf({ count, places }: Cubes): number[][] {
  const at = (cube: number) =>
    [0, 1, 2].map((axis) => places[3 * cube + axis] ?? 0) as [number, number, number];
  const known = new Map(Array.from({ length: count }, (_, cube) => [keyOf(...at(cube)), cube]));
  return Array.from({ length: count }, (_, cube) => {
    const [x, y, z] = at(cube);
    return STEPS.flatMap((dx) =>
      STEPS.flatMap((dy) => STEPS.flatMap((dz) => known.get(keyOf(x + dx, y + dy, z + dz)) ?? [])),
    );
  });
}
