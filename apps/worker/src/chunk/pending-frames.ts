import { TensorFormatError, readTensors, writeTensors, type NumberArray, type Tensor } from '@loci/tensors';
import { FLOAT_FIELDS, splitFrames, stackField, type FloatField, type PlacedFrame } from './frames.js';

/**
 * Frames that wait to be localized, as bytes: safetensors [n, …], bit for bit what memory takes of them
 * later.
 */
export function encodePendingFrames(frames: readonly PlacedFrame[]): Uint8Array {
  const dims = (values: { length: number }): number[] => [frames.length, values.length / frames.length];
  const floats = FLOAT_FIELDS.map((field): [string, Tensor] => {
    const data = stackField(frames, field);
    return [field, { dtype: 'f32', dims: dims(data), data }];
  });
  const category = Int32Array.from(frames.flatMap((frame) => [...frame.category]));
  const colors = Uint8Array.from(frames.flatMap((frame) => [...frame.colors]));
  const index = Int32Array.from(frames, (frame) => frame.index);
  return writeTensors({
    ...Object.fromEntries(floats),
    category: { dtype: 'i32', dims: dims(category), data: category },
    colors: { dtype: 'u8', dims: dims(colors), data: colors },
    index: { dtype: 'i32', dims: [frames.length], data: index },
  });
}

/** Throws TensorFormatError for what `encodePendingFrames` did not write. */
export function decodePendingFrames(bytes: Uint8Array): PlacedFrame[] {
  const { tensors } = readTensors(bytes);
  const count = tensors['index']?.dims[0];
  const field = <A extends NumberArray>(name: string, kind: abstract new (...from: never[]) => A): A => {
    const tensor = tensors[name];
    if (!(tensor?.data instanceof kind) || tensor.dims[0] !== count)
      throw new TensorFormatError(`the pending frames have no ${name}`);
    return tensor.data;
  };
  const floats = Object.fromEntries(FLOAT_FIELDS.map((name) => [name, field(name, Float32Array)])) as Record<
    FloatField,
    Float32Array
  >;
  return splitFrames([...field('index', Int32Array)], {
    ...floats,
    category: field('category', Int32Array),
    colors: field('colors', Uint8Array),
  });
}
