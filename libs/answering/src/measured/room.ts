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
  const turned = Array.from({ length: WAYS }, (_, way) => within(cells, ((way / WAYS) * Math.PI) / 2));
  const walls = smallest(turned.map(({ around }) => around));
  const inner = smallest(turned.map(({ inside }) => inside));
  // where walls were seen well, it matters little how many points may lie beyond them
  return { value: walls.area, margin: inner.area / walls.area, trace: [floorItem(walls)] };
};

interface Rectangle {
  middle: FloorPoint;
  sides: readonly [longer: number, shorter: number];
  area: number;
}

const smallest = (rectangles: readonly Rectangle[]): Rectangle =>
  rectangles.reduce((least, each) => (each.area < least.area ? each : least));

/** The rectangles turned by so many radians: with a share of the points beyond each side, and twice that. */
function within(cells: readonly OccupiedCell[], turn: number): { around: Rectangle; inside: Rectangle } {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const along = ordered(cells, ({ x, z }) => x * cos + z * sin);
  const across = ordered(cells, ({ x, z }) => z * cos - x * sin);
  const rectangle = (outside: number): Rectangle => {
    const [width, depth] = [span(along, outside), span(across, outside)];
    const [u, v] = [(width.low + width.high) / 2, (depth.low + depth.high) / 2];
    const [one, other] = [width.high - width.low, depth.high - depth.low];
    return {
      middle: { x: u * cos - v * sin, z: u * sin + v * cos },
      sides: [Math.max(one, other), Math.min(one, other)],
      area: one * other,
    };
  };
  return { around: rectangle(OUTSIDE), inside: rectangle(2 * OUTSIDE) };
}

/** How many points lie where on a line. */
interface PlacedPoints {
  at: number;
  points: number;
}

const ordered = (cells: readonly OccupiedCell[], placeOf: (cell: OccupiedCell) => number): PlacedPoints[] =>
  cells.map((cell) => ({ at: placeOf(cell), points: cell.points })).sort((one, other) => one.at - other.at);

/** From where to where points lie, but for a share of them at either end. */
function span(placed: readonly PlacedPoints[], outside: number): { low: number; high: number } {
  const beyond = outside * placed.reduce((sum, { points }) => sum + points, 0);
  const passes = () => {
    let sum = 0;
    return ({ points }: PlacedPoints): boolean => (sum += points) > beyond;
  };
  return { low: placed.find(passes())?.at ?? NaN, high: placed.findLast(passes())?.at ?? NaN };
}

function floorItem({ middle, sides: [longer, shorter] }: Rectangle): TraceItem {
  const [x, z] = [rounded(middle.x), rounded(middle.z)];
  const text = `floor x${x} z${z} e${rounded(longer)} e${rounded(shorter)}`;
  return { text, category: 'floor', position: [x, 0, z] };
}
