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
/** Beside the floor, up to such a share of the height, there is less. */
const BESIDE = 0.15;
/** By so many usual errors of a count a layer has more points than what is beside it. */
const LEAST_CONTRAST = 3;
const LEAST_POINTS = 20;
/** Of the points below, so many times as many are on a floor at least: far ones lie below by mistake. */
const LEAST_OF_BELOW = 0.6;
/** Two heights that are tried are so many times apart. */
const FINER = 1.02;

/** What some cameras see, by how far it lies below them: ascending, in the unit of their poses. */
export type Depths = Float64Array;

/**
 * How far below the cameras that see each of them points lie.
 * @param down of length 1
 * @param views by point, the indices of the cameras that see it
 */
export function depthsBelow(
  down: Vec3,
  poses: readonly Pose[],
  points: readonly Vec3[],
  views: readonly (readonly number[])[],
): Depths {
  const heights = poses.map(({ position }) => dot(down, position));
  const depths = points.flatMap((point, index) => {
    const cameras = views[index] ?? [];
    const sum = cameras.reduce((total, camera) => total + (heights[camera] ?? NaN), 0);
    return cameras.length === 0 ? [] : [dot(down, point) - sum / cameras.length];
  });
  return Float64Array.from(depths).sort();
}

/**
 * The floor that cameras walk over: the layer of points, so far below the cameras that see each of them, that
 * stands out most against what lies above and below it. Down is where no camera leans to a side and the way
 * does not climb: people and robots hold a camera so.
 * @param views by point, the indices of the cameras that see it
 */
export function floorBelow(
  poses: readonly Pose[],
  points: readonly Vec3[],
  views: readonly (readonly number[])[],
): Floor {
  const down = downOf(poses);
  return { down, height: layerIn(depthsBelow(down, poses, points, views))?.height ?? null };
}

/** A layer of points below cameras, and by how many usual errors of a count it stands out. */
export interface Layer {
  height: number;
  contrast: number;
}

/** The layer of points that stands out most; null where none does. */
export function layerIn(depths: Depths): Layer | null {
  const { least, most } = floorRange(depths);
  let best: Layer | null = null;
  for (let height = least; height <= most; height *= FINER) {
    const contrast = contrastOf(depths, height);
    if (contrast > Math.max(LEAST_CONTRAST, best?.contrast ?? 0)) best = { height, contrast };
  }
  return best && { ...best, height: meanWithin(depths, best.height) };
}

/** Between which depths a floor is looked for: the nearest and the farthest points lie there by mistake. */
export function floorRange(depths: Depths): { least: number; most: number } {
  const first = countBelow(depths, 0);
  const count = depths.length - first;
  return {
    least: depths[Math.floor(first + 0.05 * count)] ?? Infinity,
    most: depths[Math.floor(first + 0.99 * count)] ?? 0,
  };
}

/**
 * By how many usual errors of a count a layer so deep has more points than what is beside it; 0 where it is
 * no floor.
 */
export function contrastOf(depths: Depths, height: number): number {
  const between = (from: number, to: number): number => countBelow(depths, to) - countBelow(depths, from);
  const on = between(height * (1 - WITHIN), height * (1 + WITHIN));
  const above = between(height * (1 - BESIDE), height * (1 - WITHIN));
  const below = between(height * (1 + WITHIN), height * (1 + BESIDE));
  const beside = (above + below) / 2;
  const isFloor = on >= LEAST_POINTS && on >= LEAST_OF_BELOW * between(height * (1 + WITHIN), Infinity);
  return isFloor ? (on - beside) / Math.sqrt(on + beside + 1) : 0;
}

/** How many of some ascending numbers are below a bound. */
function countBelow(ascending: Float64Array, bound: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? Infinity) < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}

function meanWithin(depths: Float64Array, depth: number): number {
  const near = depths.subarray(
    countBelow(depths, depth * (1 - WITHIN)),
    countBelow(depths, depth * (1 + WITHIN)),
  );
  return near.reduce((sum, each) => sum + each, 0) / near.length;
}

/** The direction that no camera's side and no part of the way goes along. */
export function downOf(poses: readonly Pose[]): Vec3 {
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
