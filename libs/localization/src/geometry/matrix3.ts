import { element } from '@loci/tensors';

/** A row-major 3×3 matrix times a vector. */
export function rotate(r: readonly number[], v: readonly number[]): [number, number, number] {
  const row = (i: number) =>
    element(r, 3 * i) * element(v, 0) +
    element(r, 3 * i + 1) * element(v, 1) +
    element(r, 3 * i + 2) * element(v, 2);
  return [row(0), row(1), row(2)];
}

export const transpose3 = (m: readonly number[]): number[] =>
  [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => element(m, i));

/** Row-major 3×3 product. */
export function multiply3(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const row = 3 * Math.floor(i / 3);
    const column = i % 3;
    return (
      element(a, row) * element(b, column) +
      element(a, row + 1) * element(b, column + 3) +
      element(a, row + 2) * element(b, column + 6)
    );
  });
}
