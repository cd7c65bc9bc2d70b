import { CameraError } from '../errors.js';
import { rotate } from '../geometry/matrix3.js';
import { rotationOf, slerp, type Vector } from '../geometry/quaternion.js';
import { composeSim3, invertSim3, sim3, sim3ToMatrix, type Sim3 } from '../geometry/sim3.js';
import type { StampedPose } from './read-trajectory.js';

/** Seconds between two poses that a straight way joins, and how long the first and the last one hold. */
const MAX_GAP_S = 2;
const HOLD_S = 1;
/** Seconds by which times may lie beside the video: they are rounded. */
const ROUNDING_S = 0.05;
/** The level part of a viewing direction below which it points straight up or down. */
const STEEP = 0.05;

/** When a player shows the first picture of a clip and what follows the last. */
export interface ShownFromTo {
  startS: number;
  endS: number;
}

/**
 * Where the camera stood at some moments: camera-to-world [F, 4, 4], row-major, in the world of the first of
 * these moments: its camera, made level where `up` says which way is up in the trajectory's world.
 * @param poses ascending in time
 * @param times as a player counts, ascending
 * @throws CameraError when a pose is not of the video, or a moment too far from any
 */
export function posesAt(
  poses: readonly StampedPose[],
  times: readonly number[],
  clip: ShownFromTo,
  up?: Vector,
): Float32Array {
  checkInside(poses, clip);
  let next = 0;
  const placed = times.map((tS) => {
    while ((poses[next]?.tS ?? Infinity) < tS) next += 1;
    return poseAt(poses[next - 1], poses[next], tS);
  });
  const [first] = placed;
  if (first === undefined) return new Float32Array(0);
  const fromWorld = invertSim3(up === undefined ? first : levelled(first, up));
  return Float32Array.from(placed.flatMap((pose) => sim3ToMatrix(composeSim3(fromWorld, pose))));
}

function checkInside(poses: readonly StampedPose[], { startS, endS }: ShownFromTo): void {
  const outside = poses.find(({ tS }) => tS < startS - ROUNDING_S || tS > endS + ROUNDING_S);
  if (outside !== undefined)
    throw new CameraError(
      'trajectory',
      `A pose is at ${outside.tS} s, but the video is shown from ${round(startS)} s to ${round(endS)} s`,
    );
}

/** Between two poses the camera moves straight and turns steadily. */
function poseAt(before: StampedPose | undefined, after: StampedPose | undefined, tS: number): Sim3 {
  if (before !== undefined && after !== undefined) {
    if (after.tS - before.tS > MAX_GAP_S && after.tS > tS) throw missing(before.tS, after.tS);
    return between(before, after, (tS - before.tS) / (after.tS - before.tS));
  }
  const nearest = before ?? after;
  if (nearest === undefined || Math.abs(nearest.tS - tS) > HOLD_S) throw missing(tS, nearest?.tS ?? tS);
  return between(nearest, nearest, 0);
}

function missing(a: number, b: number): CameraError {
  const [from, to] = a < b ? [a, b] : [b, a];
  return new CameraError(
    'trajectory',
    `No pose is given from ${round(from)} s to ${round(to)} s: two may be ${MAX_GAP_S} s apart at most, ` +
      `the first and the last ${HOLD_S} s from the ends of the video`,
  );
}

const between = (from: StampedPose, to: StampedPose, share: number): Sim3 =>
  sim3(
    1,
    rotationOf(slerp(from.quaternion, to.quaternion, share)),
    from.position.map((value, axis) => value + share * ((to.position[axis] ?? NaN) - value)),
  );

/** A level frame at the camera's place that looks the way it does: y points down, against `up`. */
function levelled({ rotation, translation }: Sim3, up: Vector): Sim3 {
  const length = Math.hypot(...up);
  if (!(length > 0)) throw new CameraError('trajectory', 'The direction `up` has no length');
  const down = up.map((value) => -value / length) as Vector;
  const ahead = levelPart(rotate(rotation, [0, 0, 1]), down);
  // a camera that looks straight down has what is ahead at the top of its picture
  const level = Math.hypot(...ahead) > STEEP ? ahead : levelPart(rotate(rotation, [0, -1, 0]), down);
  const z = level.map((value) => value / Math.hypot(...level)) as Vector;
  const x = cross(down, z);
  return sim3(
    1,
    [0, 1, 2].flatMap((axis) => [x[axis] ?? NaN, down[axis] ?? NaN, z[axis] ?? NaN]),
    translation,
  );
}

const levelPart = (vector: Vector, down: Vector): Vector => {
  const along = vector.reduce((sum, value, axis) => sum + value * (down[axis] ?? NaN), 0);
  return vector.map((value, axis) => value - along * (down[axis] ?? NaN)) as Vector;
};

const cross = ([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector => [
  ay * bz - az * by,
  az * bx - ax * bz,
  ax * by - ay * bx,
];

const round = (seconds: number): number => Number(seconds.toFixed(3));
