import type { Tensor } from '@loci/tensors';

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A float32 tensor of a request. Its dimensions are as given, null for any. Throws RangeError, naming it,
 * otherwise.
 */
export function floats(tensors: Tensors, name: string, dims: readonly (number | null)[]): Float32Array {
  const tensor = tensors[name];
  if (tensor?.dtype !== 'f32' || !fits(tensor, dims)) throw misfit(name, 'F32', dims, tensor);
  return tensor.data;
}

/** As floats, of int32. */
export function integers(tensors: Tensors, name: string, dims: readonly (number | null)[]): Int32Array {
  const tensor = tensors[name];
  if (tensor?.dtype !== 'i32' || !fits(tensor, dims)) throw misfit(name, 'I32', dims, tensor);
  return tensor.data;
}

/** The length of a tensor's first axis; 0 where there is no such tensor. */
export const firstAxis = (tensors: Tensors, name: string): number => tensors[name]?.dims[0] ?? 0;

export const floatTensor = (data: Float32Array, dims: number[]): Tensor => ({ dtype: 'f32', dims, data });
export const integerTensor = (values: readonly number[]): Tensor => ({
  dtype: 'i32',
  dims: [values.length],
  data: Int32Array.from(values),
});
export const booleanTensor = (values: readonly boolean[]): Tensor => ({
  dtype: 'bool',
  dims: [values.length],
  data: Uint8Array.from(values, Number),
});

const fits = ({ dims }: Tensor, wanted: readonly (number | null)[]): boolean =>
  dims.length === wanted.length && wanted.every((size, axis) => size === null || dims[axis] === size);

function misfit(
  name: string,
  dtype: string,
  wanted: readonly (number | null)[],
  tensor: Tensor | undefined,
): RangeError {
  const shape = (dims: readonly (number | null)[]): string => `[${dims.map((d) => d ?? '?').join(', ')}]`;
  const given = tensor === undefined ? 'missing' : `${tensor.dtype.toUpperCase()} ${shape(tensor.dims)}`;
  return new RangeError(`${name} should be ${dtype} ${shape(wanted)} and is ${given}`);
}
