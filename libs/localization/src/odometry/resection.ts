import { sample, type Random } from './random.js';
import { NormalEquations } from './solve.js';
import { viewError, type Pose } from './triangulation.js';
import {
  apply,
  applyTransposed,
  cross,
  minus,
  multiply,
  orthonormal,
  plus,
  smallTurn,
  type Mat3,
  type Vec3,
} from './vectors.js';

/** Known points and where a picture shows them, on the plane one metre before its camera. */
export interface SeenPoints {
  points: readonly Vec3[];
  /** [N, 2] */
  seen: Float64Array;
}

const TRIES = 100;
const REFINEMENTS = 12;
/** Times the usual error within which a point is explained. */
const WITHIN = 3;

/**
 * Where a camera stood that sees known points: RANSAC over two of them, whose rays determine its place once
 * its rotation is known, then least squares over all, each weighted by how well it fits.
 * @param rotations what its rotation may nearly be, such as by the motion from a picture before
 * @param error usual error of a keypoint, on that plane
 */
export function resect(
  seenPoints: SeenPoints,
  rotations: readonly Mat3[],
  error: number,
  random: Random,
): { pose: Pose; inliers: Int32Array } | null {
  const count = seenPoints.points.length;
  if (count < 4) return null;
  // a rotation that is only nearly right misses by more
  const lenient = 4 * error;
  const flat = Float64Array.from(seenPoints.points.flat());
  let best: { pose: Pose; score: number } | null = null;
  for (const rotation of rotations)
    for (let i = 0; i < TRIES; i += 1) {
      const pose = placeOf(rotation, seenPoints, sample(random, 2, count));
      if (pose === null) continue;
      const score = scoreOf(pose, flat, seenPoints.seen, lenient, best?.score ?? 0);
      if (best === null || score > best.score) best = { pose, score };
    }
  if (best === null) return null;
  const pose = refinePose(refinePose(best.pose, seenPoints, lenient), seenPoints, error);
  const within = (WITHIN * error) ** 2;
  const inliers = seenPoints.points.flatMap((_, n) => (errorOf(pose, seenPoints, n) < within ? [n] : []));
  return { pose, inliers: Int32Array.from(inliers) };
}

/** As that of two-view.ts, of a camera's place: given up where it cannot reach `least` any more. */
function scoreOf(
  { rotation, position }: Pose,
  points: Float64Array,
  seen: Float64Array,
  scale: number,
  least: number,
): number {
  const count = seen.length / 2;
  const over = 1 / (scale * scale);
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = rotation;
  const [cx, cy, cz] = position;
  let score = 0;
  for (let n = 0; n < count; n += 1) {
    const x = (points[3 * n] ?? NaN) - cx;
    const y = (points[3 * n + 1] ?? NaN) - cy;
    const z = (points[3 * n + 2] ?? NaN) - cz;
    const depth = r2 * x + r5 * y + r8 * z;
    const u = (r0 * x + r3 * y + r6 * z) / depth - (seen[2 * n] ?? NaN);
    const v = (r1 * x + r4 * y + r7 * z) / depth - (seen[2 * n + 1] ?? NaN);
    if (depth > 0) score += 1 / (1 + (u * u + v * v) * over);
    if (score + count - n <= least) return 0;
  }
  return score;
}

function errorOf(pose: Pose, { points, seen }: SeenPoints, n: number): number {
  const point = points[n];
  if (point === undefined) return Infinity;
  return viewError({ pose, u: seen[2 * n] ?? NaN, v: seen[2 * n + 1] ?? NaN }, point);
}

/** The place from which a camera of this rotation sees these points where it does, by least squares. */
function placeOf(rotation: Mat3, { points, seen }: SeenPoints, chosen: readonly number[]): Pose | null {
  const equations = new NormalEquations(3);
  for (const n of chosen) {
    const point = points[n];
    if (point === undefined) continue;
    // with p = Rᵀ(X − c): p.x − u · p.z = 0, and the same of v
    for (const side of [
      [1, 0, -(seen[2 * n] ?? NaN)],
      [0, 1, -(seen[2 * n + 1] ?? NaN)],
    ] as const) {
      const row = apply(rotation, side);
      equations.add(row, -(row[0] * point[0] + row[1] * point[1] + row[2] * point[2]), 1);
    }
  }
  const found = equations.solve();
  if (found === null) return null;
  return { rotation, position: [found[0] ?? NaN, found[1] ?? NaN, found[2] ?? NaN] };
}

/** Least squares from a pose on. */
export function refinePose(from: Pose, { points, seen }: SeenPoints, error: number): Pose {
  let { rotation, position } = from;
  for (let round = 0; round < REFINEMENTS; round += 1) {
    const equations = new NormalEquations(6);
    points.forEach((point, n) => {
      const [x, y, z] = applyTransposed(rotation, minus(point, position));
      if (z <= 0) return;
      const [u, v] = [x / z, y / z];
      const [du, dv] = [u - (seen[2 * n] ?? NaN), v - (seen[2 * n + 1] ?? NaN)];
      const weight = 1 / (1 + (du * du + dv * dv) / error ** 2) ** 2;
      for (const [side, missed] of [
        [[1 / z, 0, -u / z], du],
        [[0, 1 / z, -v / z], dv],
      ] as const) {
        // the camera turned by w and shifted by d sees p + p × w − Rᵀd
        const byTurn = cross(side, [x, y, z]);
        const byShift = apply(rotation, [-side[0], -side[1], -side[2]]);
        equations.add([...byTurn, ...byShift], missed, weight);
      }
    });
    const step = equations.solve();
    if (step === null) break;
    const [a = NaN, b = NaN, c = NaN, d = NaN, e = NaN, f = NaN] = step;
    rotation = orthonormal(multiply(rotation, smallTurn([a, b, c])));
    position = plus(position, [d, e, f]);
  }
  return { rotation, position };
}

/** Fewer points tell no step: one of them may be wrong. */
const LEAST_POINTS = 3;

/**
 * How far along a direction a camera of this rotation stands from a place, by the points that it sees: the
 * weighted median of what each of them says. Null where too few say anything.
 */
export function stepAlong(
  { rotation, position }: Pose,
  direction: Vec3,
  { points, seen }: SeenPoints,
): number | null {
  const along = applyTransposed(rotation, direction);
  const votes = points.flatMap((point, n) => {
    const [x, y, z] = applyTransposed(rotation, minus(point, position));
    const [u, v] = [seen[2 * n] ?? NaN, seen[2 * n + 1] ?? NaN];
    // (x − s · along.x) = u · (z − s · along.z), and the same of v: the step s by least squares
    const [a, b] = [along[0] - u * along[2], along[1] - v * along[2]];
    const weight = a * a + b * b;
    const step = (a * (x - u * z) + b * (y - v * z)) / weight;
    return step > 0 && z > 0 ? [{ step, weight: Math.sqrt(weight) }] : [];
  });
  if (votes.length < LEAST_POINTS) return null;
  const half = votes.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { step, weight } of votes.sort((one, other) => one.step - other.step)) {
    sum += weight;
    if (sum >= half) return step;
  }
  return null;
}
