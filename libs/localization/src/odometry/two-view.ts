import { sample, type Random } from './random.js';
import { NormalEquations } from './solve.js';
import { fitTurn, ray, refineTurn, turnError, type MatchedPoints } from './turn.js';
import {
  apply,
  cross,
  dot,
  length,
  multiply,
  orthonormal,
  plus,
  smallTurn,
  tangents,
  times,
  unit,
  type Mat3,
  type Vec3,
} from './vectors.js';

/** How the second camera stands as the first one sees it. */
export interface TwoView {
  /** From the second camera's axes into the first one's. */
  rotation: Mat3;
  /** Which way it lies, of length 1. */
  direction: Vec3;
  /** The matches that both explain, by their index. */
  inliers: Int32Array;
  /**
   * Median angle, in radians, by which the inliers moved beyond the turn. As small as the keypoints' error
   * where the camera only turned: then the direction says nothing.
   */
  parallax: number;
}

const TRIES = 250;
const NEWTON_STEPS = 6;
const REFINEMENTS = 8;
/** By how many times a match's usual error a turn alone may miss it: what is near moves by more. */
const TURN_SLACK = 12;
/** Times the usual error within which a match is explained. */
const WITHIN = 2.5;

/** What would lie behind a camera that only turned has no angle. */
const MOST_PARALLAX = 10;

interface Motion {
  rotation: Mat3;
  direction: Vec3;
}

/**
 * The motion between two pictures: RANSAC over five matches at a time, each solved by Newton's method from
 * the turn that explains the most, then least squares over all matches, each weighted by how well it fits.
 * Null where fewer than `least` matches agree.
 * @param error usual error of a keypoint, on the plane one metre before the camera
 */
export function twoView(points: MatchedPoints, error: number, random: Random, least: number): TwoView | null {
  const count = points.a.length / 2;
  if (count < Math.max(5, least)) return null;
  const turned = fitTurn(points, TURN_SLACK * error, random);
  if (turned === null) return null;
  const starts = [turned, refineTurn(turned, points, 2 * error)];
  let best: { motion: Motion; score: number } | null = null;
  let tries = TRIES;
  for (let i = 0; i < tries; i += 1) {
    const motion = ofFive(points, sample(random, 5, count), {
      rotation: starts[i % starts.length] ?? turned,
      direction: anyDirection(random),
    });
    if (motion === null) continue;
    const score = scoreOf(motion, points, error, best?.score ?? 0);
    if (best === null || score > best.score) {
      best = { motion, score };
      tries = triesFor(score / count);
    }
  }
  if (best === null) return null;
  const motion = refine(best.motion, points, error);
  const inliers = explained(motion, points, error);
  if (inliers.length < least) return null;
  const sign = facing(motion, points, inliers) < 0 ? -1 : 1;
  return {
    rotation: motion.rotation,
    direction: times(sign, motion.direction),
    inliers,
    parallax: parallaxOf(motion.rotation, points, inliers),
  };
}

/** So many tries leave one chance in ten thousand that no five matches were all right. */
function triesFor(share: number): number {
  const right = share * share * share * share * share;
  let [tries, chance] = [0, 1];
  while (chance > 1e-4 && tries < TRIES) {
    chance *= 1 - right;
    tries += 1;
  }
  return tries;
}

function anyDirection(random: Random): Vec3 {
  const side = (): number => random(2001) / 1000 - 1;
  for (;;) {
    const drawn: Vec3 = [side(), side(), side()];
    const far = length(drawn);
    if (far > 0.1 && far <= 1) return unit(drawn);
  }
}

/** By how far a match misses its epipolar lines, to first order (Sampson), with what that depends on. */
function sampson({ rotation, direction }: Motion, { a, b }: MatchedPoints, index: number) {
  const seen = ray(a, index);
  const turned = apply(rotation, ray(b, index));
  const inA = cross(direction, turned);
  const across = cross(seen, direction);
  const [r0, r1, , r3, r4, , r6, r7] = rotation;
  const b0 = across[0] * r0 + across[1] * r3 + across[2] * r6;
  const b1 = across[0] * r1 + across[1] * r4 + across[2] * r7;
  const scale = Math.sqrt(inA[0] * inA[0] + inA[1] * inA[1] + b0 * b0 + b1 * b1);
  return { seen, turned, across, scale, error: dot(seen, inA) / scale };
}

/** The Sampson error of a match, squared. */
export const epipolarError = (motion: Motion, points: MatchedPoints, index: number): number =>
  sampson(motion, points, index).error ** 2;

/** One step of Gauss and Newton; the matches' weights are functions of their errors. */
function step(
  motion: Motion,
  points: MatchedPoints,
  indices: Iterable<number>,
  weightOf: (squared: number) => number,
): Motion | null {
  const { rotation, direction } = motion;
  const [first, second] = tangents(direction);
  const equations = new NormalEquations(5);
  for (const index of indices) {
    const { turned, across, seen, scale, error } = sampson(motion, points, index);
    if (!(scale > 0)) continue;
    const byTurn = cross(turned, across);
    const byShift = cross(turned, seen);
    equations.add(
      [byTurn[0], byTurn[1], byTurn[2], dot(first, byShift), dot(second, byShift)].map(
        (each) => each / scale,
      ),
      error,
      weightOf(error * error),
    );
  }
  const found = equations.solve();
  if (found === null) return null;
  const [x = NaN, y = NaN, z = NaN, along = NaN, beside = NaN] = found;
  return {
    rotation: multiply(smallTurn([x, y, z]), rotation),
    direction: unit(plus(direction, plus(times(along, first), times(beside, second)))),
  };
}

function ofFive(points: MatchedPoints, five: readonly number[], start: Motion): Motion | null {
  let motion: Motion | null = start;
  for (let i = 0; i < NEWTON_STEPS && motion !== null; i += 1) motion = step(motion, points, five, () => 1);
  return motion !== null && Number.isFinite(motion.rotation[0]) && Number.isFinite(motion.direction[0])
    ? motion
    : null;
}

/**
 * How well a motion fits all matches: the sum of 1 / (1 + (error / usual error)²). It is given up where it
 * cannot reach `least` any more. The errors are epipolarError's; this is called thousands of times a pair, so
 * it makes no arrays.
 */
function scoreOf(
  { rotation, direction }: Motion,
  { a, b }: MatchedPoints,
  error: number,
  least: number,
): number {
  const count = a.length / 2;
  const over = 1 / (error * error);
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = rotation;
  const [x, y, z] = direction;
  // the essential matrix: direction × rotation
  const [e0, e1, e2] = [y * r6 - z * r3, y * r7 - z * r4, y * r8 - z * r5];
  const [e3, e4, e5] = [z * r0 - x * r6, z * r1 - x * r7, z * r2 - x * r8];
  const [e6, e7, e8] = [x * r3 - y * r0, x * r4 - y * r1, x * r5 - y * r2];
  let score = 0;
  for (let i = 0; i < count; i += 1) {
    const [u, v] = [a[2 * i] ?? NaN, a[2 * i + 1] ?? NaN];
    const [s, t] = [b[2 * i] ?? NaN, b[2 * i + 1] ?? NaN];
    const lineU = e0 * s + e1 * t + e2;
    const lineV = e3 * s + e4 * t + e5;
    const missed = u * lineU + v * lineV + (e6 * s + e7 * t + e8);
    const lineS = e0 * u + e3 * v + e6;
    const lineT = e1 * u + e4 * v + e7;
    const scale = lineU * lineU + lineV * lineV + lineS * lineS + lineT * lineT;
    score += 1 / (1 + (missed * missed * over) / scale);
    if (score + count - i <= least) return 0;
  }
  return score;
}

function refine(from: Motion, points: MatchedPoints, error: number): Motion {
  const all = Array.from({ length: points.a.length / 2 }, (_, i) => i);
  const weightOf = (squared: number): number => 1 / (1 + squared / error ** 2) ** 2;
  let motion = from;
  for (let i = 0; i < REFINEMENTS; i += 1) motion = step(motion, points, all, weightOf) ?? motion;
  return { ...motion, rotation: orthonormal(motion.rotation) };
}

function explained(motion: Motion, points: MatchedPoints, error: number): Int32Array {
  const within = (WITHIN * error) ** 2;
  const all = Array.from({ length: points.a.length / 2 }, (_, i) => i);
  return Int32Array.from(all.filter((i) => epipolarError(motion, points, i) < within));
}

/** How many more matches lie before both cameras than behind, weighted by their parallax. */
function facing({ rotation, direction }: Motion, { a, b }: MatchedPoints, inliers: Int32Array): number {
  let sum = 0;
  for (const i of inliers) {
    // s · seen = d · turned + direction: the depths s and d by least squares
    const [seen, turned] = [unit(ray(a, i)), unit(apply(rotation, ray(b, i)))];
    const cosine = dot(seen, turned);
    const [p, q] = [dot(seen, direction), dot(turned, direction)];
    const before = Math.sign(p - cosine * q) + Math.sign(cosine * p - q);
    sum += before * Math.min(0.1, Math.sqrt(Math.max(0, 1 - cosine * cosine)));
  }
  return sum;
}

function parallaxOf(rotation: Mat3, points: MatchedPoints, inliers: Int32Array): number {
  const angles = Array.from(inliers, (i) =>
    Math.min(MOST_PARALLAX, Math.sqrt(turnError(rotation, points, i))),
  ).sort((x, y) => x - y);
  return angles[Math.floor(angles.length / 2)] ?? 0;
}
