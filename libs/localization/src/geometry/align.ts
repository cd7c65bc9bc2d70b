import { element } from '@loci/tensors';
import { DegenerateAlignmentError } from '../errors.js';
import { ALIGNMENT } from '../parameters.js';
import type { Sim3 } from './sim3.js';
import { umeyama } from './umeyama.js';

const { cutoffMedians, shrink, maxRounds, converged } = ALIGNMENT;

/** The points that count, in double precision: source and target [n, 3], the weight of each [n] (> 0). */
interface Matches {
  source: Float64Array;
  target: Float64Array;
  weights: Float64Array;
  /** Half of all weight. */
  half: number;
  /** The squared cut-off is never below this: what float32 can tell apart. */
  least: number;
}

// The loops below run some forty times a chunk over every point that two chunks share. They are written out,
// since callbacks would put each number into an object of its own.

/**
 * The similarity that carries `source` [n, 3] onto `target` [n, 3], points that were seen in both frames:
 * Umeyama's closed form with `weights` [n] (the points' confidence), re-weighted by how well each point fits
 * until the weights stop changing. Re-weighting starts by trusting all points and grows strict by degrees, so
 * that gross outliers do not lead it into a wrong optimum. Points without weight or with a value that is not
 * finite are left out. With `scale: false` the scale is 1 (models whose scale is metric).
 *
 * Deterministic: the same input gives the same bits. Throws DegenerateAlignmentError for fewer than three
 * usable points or points on one line, RangeError when the lengths do not match.
 */
export function alignPoints(
  source: Float32Array,
  target: Float32Array,
  weights: Float32Array,
  { scale }: { scale: boolean },
): Sim3 {
  const n = weights.length;
  if (source.length !== 3 * n || target.length !== 3 * n)
    throw new RangeError(`${source.length} and ${target.length} coordinates for ${n} weights`);
  const matches = usable(source, target, weights);
  if (matches.weights.length < 3)
    throw new DegenerateAlignmentError('fewer than three points are seen in both');

  let sim = fitted(matches, matches.weights, scale);
  let residuals = squaredResiduals(sim, matches);
  let looseness = Math.max(
    1,
    (2 * residuals.reduce((max, r) => Math.max(max, r), 0)) / cutoff(residuals, matches),
  );
  for (let round = 0; round < maxRounds; round += 1) {
    const c = looseness * cutoff(residuals, matches);
    const next = fitted(matches, reweighted(matches.weights, residuals, c), scale);
    const done = looseness === 1 && difference(sim, next) < converged;
    sim = next;
    if (done) break;
    residuals = squaredResiduals(sim, matches);
    looseness = Math.max(1, looseness / shrink);
  }
  return sim;
}

function usable(source: Float32Array, target: Float32Array, weights: Float32Array): Matches {
  const finiteAt = (points: Float32Array, i: number): boolean =>
    Number.isFinite(points[3 * i]) &&
    Number.isFinite(points[3 * i + 1]) &&
    Number.isFinite(points[3 * i + 2]);
  const kept: number[] = [];
  for (let i = 0; i < weights.length; i += 1) {
    if (element(weights, i) > 0 && Number.isFinite(weights[i]) && finiteAt(source, i) && finiteAt(target, i))
      kept.push(i);
  }
  const pick = (values: Float32Array, width: number): Float64Array => {
    const picked = new Float64Array(kept.length * width);
    kept.forEach((i, to) => picked.set(values.subarray(i * width, (i + 1) * width), to * width));
    return picked;
  };
  const matches = { source: pick(source, 3), target: pick(target, 3), weights: pick(weights, 1) };
  const extent = matches.target.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return {
    ...matches,
    half: matches.weights.reduce((sum, weight) => sum + weight, 0) / 2,
    least: Math.max((1e-6 * extent) ** 2, 1e-30),
  };
}

/** Geman–McClure: what fits worse than the squared cut-off counts for little. */
function reweighted(weights: Float64Array, residuals: Float64Array, c: number): Float64Array {
  const result = new Float64Array(weights.length);
  for (let i = 0; i < result.length; i += 1)
    result[i] = (weights[i] ?? NaN) * (c / ((residuals[i] ?? NaN) + c)) ** 2;
  return result;
}

/**
 * The weighted least-squares similarity.
 * @throws DegenerateAlignmentError
 */
function fitted({ source, target }: Matches, weights: Float64Array, withScale: boolean): Sim3 {
  const sim = umeyama({ source, target, weights }, withScale);
  if (sim === null) throw new DegenerateAlignmentError('the points seen in both lie on one line');
  return sim;
}

/** Squared distances [n] in the target's frame. */
function squaredResiduals(
  { scale, rotation, translation }: Sim3,
  { source, target, weights }: Matches,
): Float64Array {
  const [r, t] = [Float64Array.from(rotation), Float64Array.from(translation)];
  const residuals = new Float64Array(weights.length);
  for (let i = 0; i < residuals.length; i += 1) {
    const x = source[3 * i] ?? NaN;
    const y = source[3 * i + 1] ?? NaN;
    const z = source[3 * i + 2] ?? NaN;
    let sum = 0;
    for (let k = 0; k < 3; k += 1) {
      const off =
        scale * ((r[3 * k] ?? NaN) * x + (r[3 * k + 1] ?? NaN) * y + (r[3 * k + 2] ?? NaN) * z) +
        (t[k] ?? NaN) -
        (target[3 * i + k] ?? NaN);
      sum += off * off;
    }
    residuals[i] = sum;
  }
  return residuals;
}

/** The squared cut-off: from the weighted median of the residuals. */
function cutoff(residuals: Float64Array, { weights, half, least }: Matches): number {
  let seen = 0;
  let median = 0;
  for (const i of ascending(residuals)) {
    seen += weights[i] ?? NaN;
    median = i;
    if (seen >= half) break;
  }
  return Math.max(cutoffMedians ** 2 * element(residuals, median), least);
}

/** Indices in the order of their values, equal ones in their own: a merge sort, from runs of one. */
function ascending(values: Float64Array): Uint32Array {
  let order = new Uint32Array(values.length);
  let merged = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i += 1) order[i] = i;
  for (let run = 1; run < order.length; run *= 2) {
    for (let start = 0; start < order.length; start += 2 * run) mergeRuns(values, order, merged, start, run);
    const before = order;
    order = merged;
    merged = before;
  }
  return order;
}

/** Merges the sorted runs [start, start + run) and [start + run, start + 2·run) of `order` into `merged`. */
function mergeRuns(
  values: Float64Array,
  order: Uint32Array,
  merged: Uint32Array,
  start: number,
  run: number,
): void {
  const middle = Math.min(start + run, order.length);
  const end = Math.min(start + 2 * run, order.length);
  let left = start;
  let right = middle;
  for (let to = start; to < end; to += 1) {
    const a = order[left] ?? 0;
    const b = order[right] ?? 0;
    const isLeft = left < middle && (right >= end || (values[a] ?? NaN) <= (values[b] ?? NaN));
    merged[to] = isLeft ? a : b;
    if (isLeft) left += 1;
    else right += 1;
  }
}

function difference(a: Sim3, b: Sim3): number {
  const values = ({ scale, rotation, translation }: Sim3) => [scale, ...rotation, ...translation];
  const other = values(b);
  return values(a).reduce((max, value, i) => Math.max(max, Math.abs(value - element(other, i))), 0);
}
