import type { Keypoints } from './keypoints.js';

/** Cosine of two descriptors below which they show different things; XFeat's own. */
const LEAST_COSINE = 0.82;

/** Pairs of keypoints of two pictures: [M, 2], of each the index in the first and in the second. */
export type Matches = Int32Array;

/**
 * Keypoints that are each other's most alike, in the order of the first picture.
 * @param leastCosine of a pair; the width of descriptors is a multiple of 4
 */
export function mutualNearest(a: Keypoints, b: Keypoints, leastCosine = LEAST_COSINE): Matches {
  const [countA, countB] = [a.positions.length / 2, b.positions.length / 2];
  if (countA === 0 || countB === 0) return new Int32Array(0);
  const width = a.descriptors.length / countA;
  const bestOfA = new Int32Array(countA).fill(-1);
  const bestOfB = new Int32Array(countB).fill(-1);
  const cosineOfB = new Float64Array(countB).fill(leastCosine);
  const [ofA, ofB] = [a.descriptors, b.descriptors];
  for (let i = 0; i < countA; i += 1) {
    let best = leastCosine;
    const rowA = i * width;
    for (let j = 0; j < countB; j += 1) {
      const rowB = j * width;
      // four sums at once: each addition would wait for the one before
      let [p, q, r, s] = [0, 0, 0, 0];
      for (let k = 0; k < width; k += 4) {
        p += (ofA[rowA + k] ?? 0) * (ofB[rowB + k] ?? 0);
        q += (ofA[rowA + k + 1] ?? 0) * (ofB[rowB + k + 1] ?? 0);
        r += (ofA[rowA + k + 2] ?? 0) * (ofB[rowB + k + 2] ?? 0);
        s += (ofA[rowA + k + 3] ?? 0) * (ofB[rowB + k + 3] ?? 0);
      }
      const cosine = p + q + (r + s);
      if (cosine > best) {
        best = cosine;
        bestOfA[i] = j;
      }
      if (cosine > (cosineOfB[j] ?? NaN)) {
        cosineOfB[j] = cosine;
        bestOfB[j] = i;
      }
    }
  }
  const pairs: number[] = [];
  bestOfA.forEach((j, i) => {
    if (j >= 0 && bestOfB[j] === i) pairs.push(i, j);
  });
  return Int32Array.from(pairs);
}
