import { unit, type Vec3 } from './vectors.js';

/**
 * Solves A · x = b for a symmetric positive definite A [n, n], row-major, by Cholesky's decomposition. A and
 * b are overwritten; b then holds x. False where A is not positive definite.
 */
export function solveInPlace(a: Float64Array, b: Float64Array): boolean {
  const n = b.length;
  for (let j = 0; j < n; j += 1) {
    const row = j * n;
    let pivot = a[row + j] ?? NaN;
    for (let k = 0; k < j; k += 1) pivot -= (a[row + k] ?? NaN) ** 2;
    if (!(pivot > 0)) return false;
    const root = Math.sqrt(pivot);
    a[row + j] = root;
    for (let i = j + 1; i < n; i += 1) {
      const below = i * n;
      let value = a[below + j] ?? NaN;
      for (let k = 0; k < j; k += 1) value -= (a[below + k] ?? NaN) * (a[row + k] ?? NaN);
      a[below + j] = value / root;
    }
  }
  for (let i = 0; i < n; i += 1) {
    let value = b[i] ?? NaN;
    for (let k = 0; k < i; k += 1) value -= (a[i * n + k] ?? NaN) * (b[k] ?? NaN);
    b[i] = value / (a[i * n + i] ?? NaN);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let value = b[i] ?? NaN;
    for (let k = i + 1; k < n; k += 1) value -= (a[k * n + i] ?? NaN) * (b[k] ?? NaN);
    b[i] = value / (a[i * n + i] ?? NaN);
  }
  return true;
}

/** Normal equations of least squares in a few unknowns, gathered row by row. */
export class NormalEquations {
  private readonly squares: Float64Array;
  private readonly right: Float64Array;

  constructor(private readonly unknowns: number) {
    this.squares = new Float64Array(unknowns * unknowns);
    this.right = new Float64Array(unknowns);
  }

  /** That gradient · x + residual be zero, so heavily. */
  add(gradient: ArrayLike<number>, residual: number, weight: number): void {
    const n = this.unknowns;
    for (let i = 0; i < n; i += 1) {
      const scaled = weight * (gradient[i] ?? NaN);
      this.right[i] = (this.right[i] ?? NaN) - scaled * residual;
      for (let j = 0; j <= i; j += 1)
        this.squares[i * n + j] = (this.squares[i * n + j] ?? NaN) + scaled * (gradient[j] ?? NaN);
    }
  }

  /**
   * One step of inverse iteration: a vector of length 1 that lies more across all gradients than `from` does.
   * Null where the gradients determine none.
   */
  mostAcross(from: Vec3): Vec3 | null {
    let trace = 0;
    for (let i = 0; i < 3; i += 1) trace += this.squares[4 * i] ?? NaN;
    const a = this.squares.slice();
    for (let i = 0; i < 3; i += 1) a[4 * i] = (a[4 * i] ?? NaN) + 1e-6 * trace;
    const x = Float64Array.from(from);
    return solveInPlace(a, x) ? unit([x[0] ?? NaN, x[1] ?? NaN, x[2] ?? NaN]) : null;
  }

  /** The x of the least squares; null where it is not determined. */
  solve(damping = 1e-12): Float64Array | null {
    const n = this.unknowns;
    let trace = 0;
    for (let i = 0; i < n; i += 1) trace += this.squares[i * n + i] ?? NaN;
    const a = this.squares.slice();
    for (let i = 0; i < n; i += 1) a[i * n + i] = (a[i * n + i] ?? NaN) + (damping * trace) / n;
    const x = this.right.slice();
    return solveInPlace(a, x) ? x : null;
  }
}
