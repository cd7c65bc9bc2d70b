import { DegenerateAlignmentError } from './errors.js';
import { at, rotate } from './matrix3.js';
import { applySim3, sim3, type Sim3 } from './sim3.js';
import { nearestRotation } from './svd3.js';

/** Below this ratio of extents squared the points lie on one line, to a thousandth of its length. */
const MIN_CONDITIONING = 1e-6;
/** A residual beyond this many medians counts for little; 2.5 medians are 4 standard deviations of 3D Gaussian noise. */
const CUTOFF_MEDIANS = 2.5;
/** The cut-off shrinks by this factor a round, from one that trusts everything. */
const SHRINK = 1.4;
const MAX_ROUNDS = 100;
const SETTLED = 1e-12;

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
  const trust = weights.map((weight, i) => (weight > 0 && finite(weight) && finiteAt(source, i) && finiteAt(target, i) ? weight : 0));
  if (trust.filter((weight) => weight > 0).length < 3) throw new DegenerateAlignmentError('fewer than three points are seen in both');

  let sim = umeyama(source, target, trust, scale);
  let residuals = squaredResiduals(sim, source, target, trust);
  let looseness = Math.max(1, (2 * residuals.reduce((max, r) => Math.max(max, r), 0)) / cutoff(residuals, trust, target));
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const c = looseness * cutoff(residuals, trust, target);
    // Geman–McClure
    const reweighted = trust.map((weight, i) => weight * (c / (at(residuals, i) + c)) ** 2);
    const next = umeyama(source, target, reweighted, scale);
    const settled = looseness === 1 && difference(sim, next) < SETTLED;
    sim = next;
    if (settled) break;
    residuals = squaredResiduals(sim, source, target, trust);
    looseness = Math.max(1, looseness / SHRINK);
  }
  return sim;
}

const finite = (value: number): boolean => Number.isFinite(value);
const finiteAt = (points: Float32Array, i: number): boolean => finite(at(points, 3 * i)) && finite(at(points, 3 * i + 1)) && finite(at(points, 3 * i + 2));

/** Umeyama 1991, weighted: the least-squares similarity in closed form. Points of weight 0 are not looked at. */
function umeyama(source: Float32Array, target: Float32Array, weights: Float32Array, withScale: boolean): Sim3 {
  const from = centroid(source, weights);
  const to = centroid(target, weights);
  const covariance = new Array<number>(9).fill(0);
  let variance = 0;
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    for (let column = 0; column < 3; column += 1) {
      const x = at(source, 3 * i + column) - at(from, column);
      variance += weight * x * x;
      for (let row = 0; row < 3; row += 1) covariance[3 * row + column] = at(covariance, 3 * row + column) + weight * x * (at(target, 3 * i + row) - at(to, row));
    }
  });
  const { rotation, conditioning } = nearestRotation(covariance);
  if (!(conditioning > MIN_CONDITIONING)) throw new DegenerateAlignmentError('the points seen in both lie on one line');
  const scale = withScale ? rotation.reduce((trace, value, i) => trace + value * at(covariance, i), 0) / variance : 1;
  const moved = rotate(rotation, from);
  return sim3(scale, rotation, to.map((value, i) => value - scale * at(moved, i)));
}

function centroid(points: Float32Array, weights: Float32Array): number[] {
  const sum = [0, 0, 0];
  let total = 0;
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    total += weight;
    for (let k = 0; k < 3; k += 1) sum[k] = at(sum, k) + weight * at(points, 3 * i + k);
  });
  return sum.map((value) => value / total);
}

/** Squared distances in the target's frame; 0 for points that are left out. */
function squaredResiduals(sim: Sim3, source: Float32Array, target: Float32Array, weights: Float32Array): Float64Array {
  const moved = applySim3(sim, source);
  return Float64Array.from(weights, (weight, i) => {
    if (weight === 0) return 0;
    const along = (k: number) => at(moved, 3 * i + k) - at(target, 3 * i + k);
    return along(0) ** 2 + along(1) ** 2 + along(2) ** 2;
  });
}

/** The squared cut-off: from the weighted median of the residuals, and never below what float32 can tell apart. */
function cutoff(residuals: Float64Array, weights: Float32Array, target: Float32Array): number {
  const order = Array.from(residuals.keys()).filter((i) => at(weights, i) > 0).sort((a, b) => at(residuals, a) - at(residuals, b) || a - b);
  const half = order.reduce((sum, i) => sum + at(weights, i), 0) / 2;
  let seen = 0;
  const median = order.find((i) => (seen += at(weights, i)) >= half) ?? 0;
  const extent = order.reduce((max, i) => Math.max(max, Math.abs(at(target, 3 * i)), Math.abs(at(target, 3 * i + 1)), Math.abs(at(target, 3 * i + 2))), 0);
  return Math.max(CUTOFF_MEDIANS ** 2 * at(residuals, median), (1e-6 * extent) ** 2, Number.MIN_VALUE * 2 ** 52);
}

function difference(a: Sim3, b: Sim3): number {
  const values = ({ scale, rotation, translation }: Sim3) => [scale, ...rotation, ...translation];
  const other = values(b);
  return values(a).reduce((max, value, i) => Math.max(max, Math.abs(value - at(other, i))), 0);
}
