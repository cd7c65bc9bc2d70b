import { NormalEquations } from './solve.js';
import type { Pose } from './triangulation.js';
import {
  apply,
  columns,
  cross,
  dot,
  length,
  minus,
  plus,
  times,
  unit,
  type Mat3,
  type Vec3,
} from './vectors.js';

/** The floor below some cameras. */
export interface Floor {
  /** Of length 1. */
  down: Vec3;
  /** Of the cameras above it, in the unit of their poses; null where no floor is seen. */
  height: number | null;
}

/** How much a camera that looks up or down, and a way that climbs, speak beside one that leans to a side. */
const PITCH_WEIGHT = 0.03;
const CLIMB_WEIGHT = 0.3;
const ITERATIONS = 30;

/** A point within such a share of the height is on the floor. */
const WITHIN = 0.05;
/** So many points more than lie below are a floor; far ones are told badly, and lie below by mistake. */
const LEAST_POINTS = 20;
const BELOW_COST = 1;

/**
 * The floor that cameras walk over. Down is where no camera leans to a side and the way does not climb:
 * people and robots hold a camera so. The floor is the layer of points with the fewest below it.
 */
export function floorBelow(poses: readonly Pose[], points: readonly Vec3[]): Floor {
  const down = downOf(poses);
  const middle = times(
    1 / poses.length,
    poses.reduce<Vec3>((sum, { position }) => plus(sum, position), [0, 0, 0]),
  );
  const depths = points
    .map((point) => dot(down, minus(point, middle)))
    .filter((depth) => depth > 0)
    .sort((a, b) => a - b);
  let best: { depth: number; score: number } | null = null;
  let [from, to] = [0, 0];
  for (const depth of depths) {
    while ((depths[from] ?? Infinity) < depth * (1 - WITHIN)) from += 1;
    while ((depths[to] ?? Infinity) <= depth * (1 + WITHIN)) to += 1;
    const score = to - from - BELOW_COST * (depths.length - to);
    if (score >= LEAST_POINTS && (best === null || score > best.score)) best = { depth, score };
  }
  return { down, height: best === null ? null : meanWithin(depths, best.depth) };
}

function meanWithin(depths: readonly number[], depth: number): number {
  const near = depths.filter((each) => Math.abs(each - depth) <= WITHIN * depth);
  return near.reduce((sum, each) => sum + each, 0) / near.length;
}

/** The direction that no camera's side and no part of the way goes along. */
function downOf(poses: readonly Pose[]): Vec3 {
  const equations = new NormalEquations(3);
  let start: Vec3 = [0, 0, 0];
  poses.forEach(({ rotation, position }, index) => {
    equations.add(apply(rotation, [1, 0, 0]), 0, 1);
    equations.add(apply(rotation, [0, 0, 1]), 0, PITCH_WEIGHT);
    start = plus(start, apply(rotation, [0, 1, 0]));
    const earlier = poses[index - CLIMBED];
    const way = earlier === undefined ? null : unit(minus(position, earlier.position));
    if (way !== null && Number.isFinite(way[0])) equations.add(way, 0, CLIMB_WEIGHT);
  });
  let down = unit(start);
  for (let i = 0; i < ITERATIONS; i += 1) down = equations.mostAcross(down) ?? down;
  return down;
}

/** Frames over which a way is taken to climb. */
const CLIMBED = 6;

/** The level part of a viewing direction below which it points straight up or down. */
const STEEP = 0.05;

/** A rotation into axes whose y points down, and whose z is ahead of a camera as far as that is level. */
export function levelled(down: Vec3, { rotation }: Pose): Mat3 {
  const level = (way: Vec3): Vec3 => minus(way, times(dot(down, way), down));
  const ahead = level(apply(rotation, [0, 0, 1]));
  // a camera that looks straight down has what is ahead at the top of its picture
  const z = unit(length(ahead) > STEEP ? ahead : level(apply(rotation, [0, -1, 0])));
  return columns(cross(down, z), down, z);
}
