/** A typed array that tensors are made of. */
export type NumberArray = Float32Array | Int32Array | Uint8Array;

/** How many values a tensor of these dimensions holds; 1 for a scalar. */
export const valueCount = (dims: readonly number[]): number =>
  dims.reduce((product, dimension) => product * dimension, 1);

/** Element `index`. Reading past the end is a programming error, which then shows as NaN in every result. */
export const element = (values: ArrayLike<number>, index: number): number => values[index] ?? NaN;

/** Rows [from, to) of a row-major array whose rows are `width` values wide: a view, nothing is copied. */
export const rows = <A extends NumberArray>(values: A, width: number, from: number, to: number): A =>
  values.subarray(from * width, to * width) as A;
