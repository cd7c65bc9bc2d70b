import { CAMERA_UNKNOWNS } from './normal-equations.js';
import type { Pose } from './triangulation.js';
import { dot, minus, multiply, times, transpose, type Mat3, type Vec3 } from './vectors.js';

/** Two cameras in a row, as it is known without any point. */
export interface Step {
  from: number;
  to: number;
  /** How far it usually is; null where nobody knows. */
  usual: number | null;
  /** From the axes of `to` into those of `from`, by their own relation; null where they have none. */
  turn: Mat3 | null;
}

/** A step and a turn count as much as so many points that are seen where they should be, or not. */
const STEP_WEIGHT = 10;
const TURN_WEIGHT = 30;
/** Of the usual step, what a camera that stands still is taken to go: its way has no direction. */
const LEAST_SHARE = 0.05;
/** Usual error of a relation's turn, in radians. */
const TURN_ERROR = 0.015;

/** Frames in a row that see fewer points in common turn as their own relation says, unless these say else. */
const FEW_SHARED = 100;

const C = CAMERA_UNKNOWNS;

/**
 * What is known of frames in a row without any point.
 * @param frames of the cameras
 * @param cameraOf by frame
 * @param known how far steps usually are; by frame, how the next one's camera stands to it, and how many
 *   points both see
 */
export const stepsInRow = (
  frames: readonly number[],
  cameraOf: ReadonlyMap<number, number>,
  known: {
    usual: number | null;
    turns: ReadonlyMap<number, Mat3>;
    shared: ReadonlyMap<number, number>;
  },
): Step[] =>
  frames.flatMap((frame, from) => {
    const { usual, turns, shared } = known;
    const to = cameraOf.get(frame + 1);
    const turn = (shared.get(frame) ?? 0) < FEW_SHARED ? (turns.get(frame) ?? null) : null;
    return to === undefined || (usual ?? turn) === null ? [] : { from, to, usual, turn };
  });

/** The step of which steps miss as much by being short as by being long; null where there is none. */
export function rootMean(steps: readonly number[]): number | null {
  const mean = steps.reduce((sum, step) => sum + Math.sqrt(step), 0) / steps.length;
  return mean * mean || null;
}

/**
 * By frame, how many known points it and the next one see.
 * @param points null where nobody knows them
 * @param views by point, in the order of the frames
 */
export function sharedWithNext(
  points: readonly (Vec3 | null)[],
  views: readonly (readonly { frame: number }[])[],
): Map<number, number> {
  const shared = new Map<number, number>();
  points.forEach((point, index) => {
    const own = point === null ? [] : (views[index] ?? []);
    own.forEach(({ frame }, at) => {
      if (own[at + 1]?.frame === frame + 1) shared.set(frame, (shared.get(frame) ?? 0) + 1);
    });
  });
  return shared;
}

/** By how much the root of a step's share of the usual one is not 1, twice, and how that changes with it. */
function missedStep(way: Vec3, usual: number): { by: number; slope: Vec3 } {
  const squared = dot(way, way) + (LEAST_SHARE * usual) ** 2;
  const root = Math.sqrt(Math.sqrt(squared) / usual);
  return { by: 2 * (root - 1), slope: times(root / squared, way) };
}

/** By which small turn, in the axes of `to`, two cameras' turn is not the one that is known. */
function missedTurn(a: Mat3, b: Mat3, turn: Mat3): Vec3 {
  const [, xy, xz, yx, , yz, zx, zy] = multiply(transpose(turn), multiply(transpose(a), b));
  return [(zy - yz) / 2, (xz - zx) / 2, (yx - xy) / 2];
}

/** What steps and turns that are not the known ones cost, beside what observations do. */
export function costOfSteps(steps: readonly Step[], cameras: readonly Pose[]): number {
  let sum = 0;
  for (const { from, to, usual, turn } of steps) {
    const [a, b] = [cameras[from], cameras[to]];
    if (a === undefined || b === undefined) continue;
    if (usual !== null) sum += (STEP_WEIGHT / 2) * missedStep(minus(b.position, a.position), usual).by ** 2;
    if (turn !== null) {
      const by = missedTurn(a.rotation, b.rotation, turn);
      sum += TURN_WEIGHT * (Math.sqrt(1 + dot(by, by) / TURN_ERROR ** 2) - 1);
    }
  }
  return sum;
}

/**
 * Adds to the cameras' equations that people go on as fast as they went, and turn as far as two pictures in
 * a row tell. Where few points are seen on both sides, as in a fast turn on the spot, the way would be
 * anything; where many are, this changes next to nothing.
 * @param freeOf by camera, its number among those that move; −1 of a fixed one
 * @param error usual error of an observation: the equations are the cost times its square
 */
export function holdSteps(
  equations: { matrix: Float64Array; right: Float64Array },
  steps: readonly Step[],
  cameras: readonly Pose[],
  freeOf: readonly number[],
  error: number,
): void {
  const scale = error * error;
  for (const { from, to, usual, turn } of steps) {
    const [a, b] = [cameras[from], cameras[to]];
    if (a === undefined || b === undefined) continue;
    const firsts = [C * (freeOf[from] ?? -1), C * (freeOf[to] ?? -1)] as const;
    if (usual !== null) {
      const { by, slope } = missedStep(minus(b.position, a.position), usual);
      const [one, other] = firsts;
      add(
        equations,
        [
          [one + 3, times(-1, slope)],
          [other + 3, slope],
        ],
        by,
        scale * STEP_WEIGHT,
      );
    }
    if (turn !== null) {
      const by = missedTurn(a.rotation, b.rotation, turn);
      const over = 1 / TURN_ERROR ** 2;
      const weight = (scale * TURN_WEIGHT * over) / Math.sqrt(1 + dot(by, by) * over);
      // the first camera's turn, in the axes of the second
      const back = multiply(transpose(b.rotation), a.rotation);
      for (let axis = 0; axis < 3; axis += 1) {
        const row: Vec3 = [back[3 * axis] ?? NaN, back[3 * axis + 1] ?? NaN, back[3 * axis + 2] ?? NaN];
        const own: Vec3 = [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0];
        add(
          equations,
          [
            [firsts[0], times(-1, row)],
            [firsts[1], own],
          ],
          by[axis] ?? NaN,
          weight,
        );
      }
    }
  }
}

/** Adds one equation; each part is the first of three unknowns, negative of a camera that is fixed. */
function add(
  { matrix, right }: { matrix: Float64Array; right: Float64Array },
  parts: readonly (readonly [first: number, slope: Vec3])[],
  missed: number,
  weight: number,
): void {
  const n = right.length;
  const free = parts.filter(([first]) => first >= 0);
  for (const [first, slope] of free)
    for (let i = 0; i < 3; i += 1) {
      const pull = weight * (slope[i] ?? NaN);
      const row = first + i;
      right[row] = (right[row] ?? NaN) - pull * missed;
      // the lower triangle
      for (const [other, across] of free)
        for (let j = 0; j < 3 && other + j <= row; j += 1)
          matrix[row * n + other + j] = (matrix[row * n + other + j] ?? NaN) + pull * (across[j] ?? NaN);
    }
}
