import { element } from '@loci/tensors';
import { ALIGNMENT } from '../parameters.js';
import { rotate } from './matrix3.js';
import { sim3, type Sim3 } from './sim3.js';
import { nearestRotation } from './svd3.js';

/** Points in two frames of reference: source and target [n, 3], the weight of each [n] (> 0). */
export interface WeightedPairs {
  source: Float64Array;
  target: Float64Array;
  weights: Float64Array;
}

/**
 * Umeyama 1991, weighted: the similarity that carries source onto target with the least sum of squares.
 * @returns null for fewer than three points or points on one line
 */
export function umeyama({ source, target, weights }: WeightedPairs, withScale: boolean): Sim3 | null {
  const from = centroid(source, weights);
  const to = centroid(target, weights);
  const covariance = new Float64Array(9); // target × source
  let variance = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? NaN;
    for (let column = 0; column < 3; column += 1) {
      const off = (source[3 * i + column] ?? NaN) - (from[column] ?? NaN);
      const x = weight * off;
      variance += x * off;
      for (let row = 0; row < 3; row += 1)
        covariance[3 * row + column] =
          (covariance[3 * row + column] ?? NaN) + x * ((target[3 * i + row] ?? NaN) - (to[row] ?? NaN));
    }
  }
  const { rotation, conditioning } = nearestRotation(Array.from(covariance));
  if (weights.length < 3 || !(conditioning > ALIGNMENT.minConditioning)) return null;
  const scale = withScale
    ? rotation.reduce((trace, value, i) => trace + value * element(covariance, i), 0) / variance
    : 1;
  const moved = rotate(rotation, Array.from(from));
  return sim3(
    scale,
    rotation,
    Array.from(to, (value, i) => value - scale * element(moved, i)),
  );
}

function centroid(points: Float64Array, weights: Float64Array): Float64Array {
  const sum = new Float64Array(3);
  let total = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? NaN;
    total += weight;
    for (let k = 0; k < 3; k += 1) sum[k] = (sum[k] ?? NaN) + weight * (points[3 * i + k] ?? NaN);
  }
  return sum.map((value) => value / total);
}
