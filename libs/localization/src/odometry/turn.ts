import { sample, type Random } from './random.js';
import { NormalEquations } from './solve.js';
import {
  apply,
  columns,
  cross,
  multiply,
  orthonormal,
  smallTurn,
  transpose,
  unit,
  type Mat3,
  type Vec3,
} from './vectors.js';

/** Two pictures' matched keypoints on the plane one metre before each camera: [M, 2] each. */
export interface MatchedPoints {
  a: Float64Array;
  b: Float64Array;
}

const TRIES = 80;
const REFINEMENTS = 10;

/** A keypoint as the direction in which the camera sees it, of depth 1. */
export const ray = (points: Float64Array, index: number): Vec3 => [
  points[2 * index] ?? NaN,
  points[2 * index + 1] ?? NaN,
  1,
];

/**
 * By how far a camera that only turns misses a match, squared: on the plane one metre before the first
 * camera. Infinite for what would lie behind it.
 */
export function turnError(rotation: Mat3, { a, b }: MatchedPoints, index: number): number {
  const [x, y, z] = apply(rotation, ray(b, index));
  if (z <= 0) return Infinity;
  return (x / z - (a[2 * index] ?? NaN)) ** 2 + (y / z - (a[2 * index + 1] ?? NaN)) ** 2;
}

/**
 * The rotation from the second camera's axes into the first one's that explains the matches best if the
 * camera only turned: RANSAC over pairs of them, each match counting by how well it fits, then least squares.
 * @param scale error at which a match fits half as well
 */
export function fitTurn(points: MatchedPoints, scale: number, random: Random): Mat3 | null {
  const count = points.a.length / 2;
  if (count < 2) return null;
  let best: { rotation: Mat3; score: number } | null = null;
  for (let i = 0; i < TRIES; i += 1) {
    const [first = 0, second = 0] = sample(random, 2, count);
    const rotation = turnOfTwo(points, first, second);
    if (rotation === null) continue;
    const score = scoreOf(rotation, points, scale, best?.score ?? 0);
    if (best === null || score > best.score) best = { rotation, score };
  }
  return best && refineTurn(best.rotation, points, scale);
}

/** As that of two-view.ts, of a turn: given up where it cannot reach `least` any more. */
function scoreOf(rotation: Mat3, { a, b }: MatchedPoints, scale: number, least: number): number {
  const count = a.length / 2;
  const over = 1 / (scale * scale);
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = rotation;
  let score = 0;
  for (let i = 0; i < count; i += 1) {
    const [s, t] = [b[2 * i] ?? NaN, b[2 * i + 1] ?? NaN];
    const z = r6 * s + r7 * t + r8;
    const u = (r0 * s + r1 * t + r2) / z - (a[2 * i] ?? NaN);
    const v = (r3 * s + r4 * t + r5) / z - (a[2 * i + 1] ?? NaN);
    if (z > 0) score += 1 / (1 + (u * u + v * v) * over);
    if (score + count - i <= least) return 0;
  }
  return score;
}

/** The rotation that carries two directions of the second camera nearest to those of the first. */
function turnOfTwo({ a, b }: MatchedPoints, first: number, second: number): Mat3 | null {
  const axes = (points: Float64Array): Mat3 | null => {
    const one = unit(ray(points, first));
    const normal = unit(cross(one, ray(points, second)));
    return Number.isFinite(normal[0]) ? columns(one, normal, cross(one, normal)) : null;
  };
  const [ofA, ofB] = [axes(a), axes(b)];
  return ofA === null || ofB === null ? null : multiply(ofA, transpose(ofB));
}

/** Least squares from a rotation on, each match weighted by how well it fits. */
export function refineTurn(from: Mat3, points: MatchedPoints, scale: number): Mat3 {
  let rotation = from;
  for (let round = 0; round < REFINEMENTS; round += 1) {
    const equations = new NormalEquations(3);
    for (let m = 0; m < points.a.length / 2; m += 1) {
      const [x, y, z] = apply(rotation, ray(points.b, m));
      if (z <= 0) continue;
      const [u, v] = [x / z, y / z];
      const [du, dv] = [u - (points.a[2 * m] ?? NaN), v - (points.a[2 * m + 1] ?? NaN)];
      const weight = 1 / (1 + (du * du + dv * dv) / scale ** 2) ** 2;
      // a turn by w moves (u, v, 1) by w × (u, v, 1)
      equations.add([-u * v, 1 + u * u, -v], du, weight);
      equations.add([-1 - v * v, u * v, u], dv, weight);
    }
    const step = equations.solve();
    if (step === null) break;
    rotation = multiply(smallTurn([step[0] ?? NaN, step[1] ?? NaN, step[2] ?? NaN]), rotation);
  }
  return orthonormal(rotation);
}
