import type { TraceItem } from '@loci/contracts';
import { rounded, type Measure } from './measure.js';
import type { FloorPoint, OccupiedCell } from './world.js';

/** Of the points, by how many a side may be passed: what drifts or is mistaken lies outside of the walls. */
const OUTSIDE = 0.025;
/** So many ways in which walls may stand are tried, in a quarter turn. */
const WAYS = 18;

/**
 * The area of the floor: of the smallest rectangle that each of its sides has but a few of the points beyond
 * it. What the walk's rooms fill together is taken to be one.
 */
export const floorArea: Measure = async ({ world }) => {
  const cells = await world.occupancy();
  if (cells === null || cells.length === 0) return null;
  const walls = smallest(cells, OUTSIDE);
  // where walls were seen well, it matters little how many points may lie beyond them
  const margin = smallest(cells, 2 * OUTSIDE).area / walls.area;
  return { value: walls.area, margin, trace: [floorItem(walls)] };
};

interface Rectangle {
  middle: FloorPoint;
  sides: readonly [longer: number, shorter: number];
  area: number;
}

function smallest(cells: readonly OccupiedCell[], outside: number): Rectangle {
  const turned = Array.from({ length: WAYS }, (_, way) =>
    within(cells, ((way / WAYS) * Math.PI) / 2, outside),
  );
  return turned.reduce((least, each) => (each.area < least.area ? each : least));
}

/** The rectangle whose sides are turned by so many radians. */
function within(cells: readonly OccupiedCell[], turn: number, outside: number): Rectangle {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const along = span(cells, ({ x, z }) => x * cos + z * sin, outside);
  const across = span(cells, ({ x, z }) => z * cos - x * sin, outside);
  const [u, v] = [(along.low + along.high) / 2, (across.low + across.high) / 2];
  const [one, other] = [along.high - along.low, across.high - across.low];
  return {
    middle: { x: u * cos - v * sin, z: u * sin + v * cos },
    sides: [Math.max(one, other), Math.min(one, other)],
    area: one * other,
  };
}

/** From where to where the points lie along a line, but for a share of them at either end. */
function span(
  cells: readonly OccupiedCell[],
  placeOf: (cell: OccupiedCell) => number,
  outside: number,
): { low: number; high: number } {
  const placed = cells
    .map((cell) => ({ at: placeOf(cell), points: cell.points }))
    .toSorted((one, other) => one.at - other.at);
  const beyond = outside * placed.reduce((sum, { points }) => sum + points, 0);
  const first = (ordered: typeof placed): number => {
    let sum = 0;
    const found = ordered.find(({ points }) => (sum += points) > beyond);
    return found?.at ?? NaN;
  };
  return { low: first(placed), high: first(placed.toReversed()) };
}

function floorItem({ middle, sides: [longer, shorter] }: Rectangle): TraceItem {
  const [x, z] = [rounded(middle.x), rounded(middle.z)];
  const text = `floor x${x} z${z} e${rounded(longer)} e${rounded(shorter)}`;
  return { text, category: 'floor', position: [x, 0, z] };
}
