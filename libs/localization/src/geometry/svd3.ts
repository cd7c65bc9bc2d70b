import { element } from '@loci/tensors';
import { multiply3 } from './matrix3.js';

/**
 * Sweeps after which a 3×3 matrix is orthogonal to the last bit; convergence is quadratic, 4 to 6 suffice.
 */
const MAX_SWEEPS = 30;

/**
 * The rotation R that maximises trace(Rᵀ·H), for a row-major 3×3 matrix H, and how well H determines it:
 * `conditioning` is the second singular value over the first, 0 where H has rank 1 or less and any rotation
 * about one axis would do.
 *
 * One-sided Jacobi: the columns of H·V are turned until they are orthogonal; then H = U·S·Vᵀ with their
 * lengths in S. The third column of both U and V is the cross product of the first two, so that R = U·Vᵀ is
 * never a reflection. Only sums, products and roots: the same bits on every machine.
 */
export function nearestRotation(h: readonly number[]): { rotation: number[]; conditioning: number } {
  const columns = [0, 1, 2].map((j) => [element(h, j), element(h, j + 3), element(h, j + 6)]);
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    const turned = [turn(columns, v, 0, 1), turn(columns, v, 0, 2), turn(columns, v, 1, 2)];
    if (!turned.includes(true)) break;
  }
  const order = [0, 1, 2].sort((a, b) => norm(columns[b]) - norm(columns[a]));
  const [first = 0, second = 1] = order;
  const conditioning = norm(columns[first]) > 0 ? norm(columns[second]) / norm(columns[first]) : 0;
  const u = frameOf(columns[first], columns[second]);
  const w = frameOf(v[first], v[second]);
  // U has its vectors as columns, Vᵀ as rows
  const columnsOfU = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => element(u, i));
  return { rotation: multiply3(columnsOfU, w), conditioning };
}

type Vector = readonly number[] | undefined;

const dot = (a: Vector = [], b: Vector = []): number =>
  element(a, 0) * element(b, 0) + element(a, 1) * element(b, 1) + element(a, 2) * element(b, 2);
const norm = (a: Vector): number => Math.sqrt(dot(a, a));

/**
 * Turns columns i and j of H·V, and of V with them, until they are orthogonal. False when they already were.
 */
function turn(columns: number[][], v: number[][], i: number, j: number): boolean {
  const product = dot(columns[i], columns[j]);
  if (!(Math.abs(product) > 1e-16 * norm(columns[i]) * norm(columns[j]))) return false;
  const ratio = (dot(columns[j], columns[j]) - dot(columns[i], columns[i])) / (2 * product);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  for (const matrix of [columns, v]) {
    const a = matrix[i] ?? [];
    const b = matrix[j] ?? [];
    matrix[i] = a.map((value, k) => cosine * (value - tangent * element(b, k)));
    matrix[j] = b.map((value, k) => cosine * (value + tangent * element(a, k)));
  }
  return true;
}

/** Three orthonormal rows: along a, along b as far as it is orthogonal to a, and their cross product. */
function frameOf(a: Vector = [], b: Vector = []): number[] {
  const x = a.map((value) => value / norm(a));
  const along = dot(b, x);
  const rest = b.map((value, k) => value - along * element(x, k));
  const y = rest.map((value) => value / norm(rest));
  const z = [
    element(x, 1) * element(y, 2) - element(x, 2) * element(y, 1),
    element(x, 2) * element(y, 0) - element(x, 0) * element(y, 2),
    element(x, 0) * element(y, 1) - element(x, 1) * element(y, 0),
  ];
  return [...x, ...y, ...z];
}
