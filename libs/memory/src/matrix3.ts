/** Element i; reading past the end is an error of ours, seen as NaN in every result. */
export const at = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;

/** A row-major 3×3 matrix times a vector. */
export function rotate(r: readonly number[], v: readonly number[]): [number, number, number] {
  const row = (i: number) =>
    at(r, 3 * i) * at(v, 0) + at(r, 3 * i + 1) * at(v, 1) + at(r, 3 * i + 2) * at(v, 2);
  return [row(0), row(1), row(2)];
}

export const transpose3 = (m: readonly number[]): number[] =>
  [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => at(m, i));

/** Row-major 3×3 product. */
export function multiply3(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const row = 3 * Math.floor(i / 3);
    const column = i % 3;
    return (
      at(a, row) * at(b, column) + at(a, row + 1) * at(b, column + 3) + at(a, row + 2) * at(b, column + 6)
    );
  });
}
