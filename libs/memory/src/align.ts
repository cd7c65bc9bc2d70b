import { DegenerateAlignmentError } from './errors.js';
import { at, rotate } from './matrix3.js';
import { sim3, type Sim3 } from './sim3.js';
import { nearestRotation } from './svd3.js';

/** Below this ratio of extents squared the points lie on one line, to a thousandth of its length. */
const MIN_CONDITIONING = 1e-6;
/** A residual beyond this many medians counts for little; 2.5 medians are 4 standard deviations of 3D Gaussian noise. */
const CUTOFF_MEDIANS = 2.5;
/** The cut-off shrinks by this factor a round, from one that trusts everything. */
const SHRINK = 1.4;
const MAX_ROUNDS = 60;
/** Metres and radians: far below what points in float32 can say. */
const SETTLED = 1e-8;

/** The points that count, in double precision: source and target [n, 3], the weight of each [n] (> 0). */
interface Matches {
  source: Float64Array;
  target: Float64Array;
  weights: Float64Array;
}

/**
 * The similarity that carries `source` [n, 3] onto `target` [n, 3], points that were seen in both frames: Umeyama's
 * closed form with `weights` [n] (the points' confidence), re-weighted by how well each point fits until the weights
 * settle. Re-weighting starts by trusting all points and grows strict by degrees, so that gross outliers do not lead it
 * into a wrong optimum. Points without weight or with a value that is not finite are left out. With `scale: false` the
 * scale is 1 (models whose scale is metric).
 *
 * Deterministic: the same input gives the same bits. Throws DegenerateAlignmentError for fewer than three usable points
 * or points on one line, RangeError when the lengths do not match.
 */
export function alignPoints(source: Float32Array, target: Float32Array, weights: Float32Array, { scale }: { scale: boolean }): Sim3 {
  const n = weights.length;
  if (source.length !== 3 * n || target.length !== 3 * n) throw new RangeError(`${source.length} and ${target.length} coordinates for ${n} weights`);
  const matches = usable(source, target, weights);
  if (matches.weights.length < 3) throw new DegenerateAlignmentError('fewer than three points are seen in both');

  let sim = umeyama(matches, matches.weights, scale);
  let residuals = squaredResiduals(sim, matches);
  let looseness = Math.max(1, (2 * residuals.reduce((max, r) => Math.max(max, r), 0)) / cutoff(residuals, matches));
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const c = looseness * cutoff(residuals, matches);
    // Geman–McClure
    const reweighted = matches.weights.map((weight, i) => weight * (c / (at(residuals, i) + c)) ** 2);
    const next = umeyama(matches, reweighted, scale);
    const settled = looseness === 1 && difference(sim, next) < SETTLED;
    sim = next;
    if (settled) break;
    residuals = squaredResiduals(sim, matches);
    looseness = Math.max(1, looseness / SHRINK);
  }
  return sim;
}

function usable(source: Float32Array, target: Float32Array, weights: Float32Array): Matches {
  const finiteAt = (points: Float32Array, i: number) => points.subarray(3 * i, 3 * i + 3).every(Number.isFinite);
  const kept = Array.from(weights.keys()).filter((i) => at(weights, i) > 0 && Number.isFinite(weights[i]) && finiteAt(source, i) && finiteAt(target, i));
  const pick = (points: Float32Array) => Float64Array.from(kept.flatMap((i) => [at(points, 3 * i), at(points, 3 * i + 1), at(points, 3 * i + 2)]));
  return { source: pick(source), target: pick(target), weights: Float64Array.from(kept, (i) => at(weights, i)) };
}

/** Umeyama 1991, weighted: the least-squares similarity in closed form. */
function umeyama({ source, target }: Matches, weights: Float64Array, withScale: boolean): Sim3 {
  const from = centroid(source, weights);
  const to = centroid(target, weights);
  const covariance = new Float64Array(9); // target × source
  let variance = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = at(weights, i);
    for (let column = 0; column < 3; column += 1) {
      const x = weight * (at(source, 3 * i + column) - at(from, column));
      variance += x * (at(source, 3 * i + column) - at(from, column));
      for (let row = 0; row < 3; row += 1) covariance[3 * row + column] = at(covariance, 3 * row + column) + x * (at(target, 3 * i + row) - at(to, row));
    }
  }
  const { rotation, conditioning } = nearestRotation(Array.from(covariance));
  if (!(conditioning > MIN_CONDITIONING)) throw new DegenerateAlignmentError('the points seen in both lie on one line');
  const scale = withScale ? rotation.reduce((trace, value, i) => trace + value * at(covariance, i), 0) / variance : 1;
  const moved = rotate(rotation, from);
  return sim3(scale, rotation, to.map((value, i) => value - scale * at(moved, i)));
}

function centroid(points: Float64Array, weights: Float64Array): number[] {
  const sum = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = at(weights, i);
    total += weight;
    for (let k = 0; k < 3; k += 1) sum[k] = at(sum, k) + weight * at(points, 3 * i + k);
  }
  return sum.map((value) => value / total);
}

/** Squared distances [n] in the target's frame. */
function squaredResiduals({ scale, rotation: r, translation: t }: Sim3, { source, target, weights }: Matches): Float64Array {
  return weights.map((_, i) => {
    const [x, y, z] = [at(source, 3 * i), at(source, 3 * i + 1), at(source, 3 * i + 2)];
    let sum = 0;
    for (let k = 0; k < 3; k += 1) {
      const off = scale * (at(r, 3 * k) * x + at(r, 3 * k + 1) * y + at(r, 3 * k + 2) * z) + at(t, k) - at(target, 3 * i + k);
      sum += off * off;
    }
    return sum;
  });
}

/** The squared cut-off: from the weighted median of the residuals, and never below what float32 can tell apart. */
function cutoff(residuals: Float64Array, { target, weights }: Matches): number {
  const order = Uint32Array.from(weights.keys()).sort((a, b) => at(residuals, a) - at(residuals, b) || a - b);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let seen = 0;
  const median = order.find((i) => (seen += at(weights, i)) >= half) ?? 0;
  const extent = target.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return Math.max(CUTOFF_MEDIANS ** 2 * at(residuals, median), (1e-6 * extent) ** 2, 1e-30);
}

function difference(a: Sim3, b: Sim3): number {
  const values = ({ scale, rotation, translation }: Sim3) => [scale, ...rotation, ...translation];
  const other = values(b);
  return values(a).reduce((max, value, i) => Math.max(max, Math.abs(value - at(other, i))), 0);
}
