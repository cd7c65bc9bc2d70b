import { atOnce } from './at-once.js';
import { CAMERA_UNKNOWNS, EliminatedEquations, type GroupedObservations } from './normal-equations.js';
import { solveInPlace } from './solve.js';
import { costOfSteps, holdSteps, type Step } from './steps.js';
import type { Pose } from './triangulation.js';
import { multiply, orthonormal, plus, smallTurn, type Vec3 } from './vectors.js';

/** Which camera sees which point, and where: on the plane one metre before it. */
export interface Observation {
  camera: number;
  point: number;
  u: number;
  v: number;
}

/** Cameras, points, and what the cameras see of them. */
export interface Scene {
  cameras: Pose[];
  points: Vec3[];
  observations: readonly Observation[];
  /** What is known of cameras in a row without any point. */
  steps?: readonly Step[];
}

/** As adjusting, in one go. */
export const adjust = (...of: Parameters<typeof adjusting>): Places => atOnce(adjusting(...of));

type Places = Pick<Scene, 'cameras' | 'points'>;

const MOST_DAMPING = 1e8;
/** Of a step, how little it may gain before the search ends. */
const LEAST_GAIN = 1e-7;
const C = CAMERA_UNKNOWNS;

/**
 * Moves free cameras and all points so that the points lie where they are seen (bundle adjustment): damped
 * Gauss-Newton, observations weighted by a pseudo-Huber norm. Nothing moves where no step is an improvement.
 * It pauses after each round.
 * @param isFree by camera
 * @param error usual error of an observation
 */
export function* adjusting(
  { observations, steps: inRow = [], ...scene }: Scene,
  isFree: readonly boolean[],
  error: number,
  rounds: number,
): Generator<undefined, Places> {
  let freeCameras = 0;
  const freeOf = isFree.map((each) => (each ? freeCameras++ : -1));
  const grouped = groupByPoint({ observations, ...scene }, freeOf);
  const equations = new EliminatedEquations(freeCameras, grouped, error);
  let places: Places = scene;
  const costNow = (of: Places): number => costOf(of, grouped, error) + costOfSteps(inRow, of.cameras);
  let cost = costNow(places);
  let damping = 1e-4;
  for (let round = 0; round < rounds && damping < MOST_DAMPING;) {
    equations.fill(places.cameras, places.points, damping);
    holdSteps(equations, inRow, places.cameras, freeOf, error);
    const steps = equations.right;
    const isSolved = freeCameras === 0 || solveInPlace(equations.matrix, steps);
    const moved = isSolved ? stepped(places, equations, freeOf) : null;
    const next = moved === null ? Infinity : costNow(moved);
    if (moved !== null && next < cost) {
      const gain = (cost - next) / cost;
      [places, cost, damping] = [moved, next, Math.max(1e-9, damping / 5)];
      round += 1;
      if (gain < LEAST_GAIN) break;
    } else damping *= 10;
    yield;
  }
  return places;
}

function groupByPoint({ points, observations }: Scene, freeOf: readonly number[]): GroupedObservations {
  const groups: Observation[][] = points.map(() => []);
  for (const observation of observations) groups[observation.point]?.push(observation);
  const sorted = groups.flat();
  const starts = new Int32Array(points.length + 1);
  groups.forEach((group, point) => {
    starts[point + 1] = (starts[point] ?? 0) + group.length;
  });
  return {
    starts,
    camera: Int32Array.from(sorted, ({ camera }) => camera),
    free: Int32Array.from(sorted, ({ camera }) => freeOf[camera] ?? -1),
    seen: Float64Array.from(sorted.flatMap(({ u, v }) => [u, v])),
  };
}

/** Errors without limit behind a camera would forbid every step; they cost as much as a miss by a metre. */
const BEHIND = 1;

function costOf(
  { cameras, points }: Places,
  { camera, seen, starts }: GroupedObservations,
  error: number,
): number {
  let sum = 0;
  const over = 1 / (error * error);
  points.forEach((point, index) => {
    for (let o = starts[index] ?? 0; o < (starts[index + 1] ?? 0); o += 1) {
      const pose = cameras[camera[o] ?? -1];
      if (pose === undefined) continue;
      const { rotation: r, position } = pose;
      const x = point[0] - position[0];
      const y = point[1] - position[1];
      const z = point[2] - position[2];
      const depth = r[2] * x + r[5] * y + r[8] * z;
      const du = (r[0] * x + r[3] * y + r[6] * z) / depth - (seen[2 * o] ?? NaN);
      const dv = (r[1] * x + r[4] * y + r[7] * z) / depth - (seen[2 * o + 1] ?? NaN);
      sum += Math.sqrt(1 + (depth > 0 ? du * du + dv * dv : BEHIND) * over) - 1;
    }
  });
  return sum;
}

function stepped(
  { cameras, points }: Places,
  equations: EliminatedEquations,
  freeOf: readonly number[],
): Places {
  const steps = equations.right;
  return {
    cameras: cameras.map((pose, camera) => {
      const first = C * (freeOf[camera] ?? -1);
      if (first < 0) return pose;
      const [a = NaN, b = NaN, c = NaN, d = NaN, e = NaN, f = NaN] = steps.subarray(first, first + C);
      return {
        rotation: orthonormal(multiply(pose.rotation, smallTurn([a, b, c]))),
        position: plus(pose.position, [d, e, f]),
      };
    }),
    points: points.map((point, index) => plus(point, equations.pointStep(index, steps))),
  };
}
