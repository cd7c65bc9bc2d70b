import type { Sizes } from '@loci/contracts';
import type { PerceiveOutput } from '@loci/inference';
import { readTensors, valueCount, writeTensors, type Tensor } from '@loci/tensors';

/**
 * What perception left of a chunk's n frames, as `remember` takes it up: the perceive graph's outputs without
 * the padding (points, centers and poses in the chunk's own frame), the mean colour of each token's cell,
 * u8 [n, N, 3], and which frames are still, u8 [n].
 */
export interface Features extends PerceiveOutput {
  frames: number;
  colors: Uint8Array;
  still: Uint8Array;
  /** Of a path that is estimated: what its pictures show, encoded (encodeRelated); else null. */
  related: Uint8Array | null;
  /** What things its frames show, as the graph that sees them says it; null where none does. */
  things: Uint8Array | null;
}

/** A chunk that goes on showing the picture that the one before ended with. Nothing of it is perceived. */
export const ONE_PICTURE = 'one picture';
const ONE_PICTURE_KEY = 'shows';

type Field = Exclude<keyof Features, 'frames' | 'related' | 'things'>;

/** Type and shape of one frame's share of each field. */
const layout = (s: Sizes) =>
  ({
    visualTokens: { dtype: 'f32', dims: [s.tokens, s.d_visual] },
    geometryTokens: { dtype: 'f32', dims: [s.geometry_tokens, s.d_geometry] },
    viewTokens: { dtype: 'f32', dims: [s.view_tokens, s.d_geometry] },
    points: { dtype: 'f32', dims: [s.tokens, 3] },
    centers: { dtype: 'f32', dims: [s.tokens, 3] },
    confidence: { dtype: 'f32', dims: [s.tokens] },
    cameraToChunk: { dtype: 'f32', dims: [4, 4] },
    category: { dtype: 'i32', dims: [s.tokens] },
    categoryProbability: { dtype: 'f32', dims: [s.tokens] },
    novelty: { dtype: 'f32', dims: [] },
    stepDoubt: { dtype: 'f32', dims: [] },
    colors: { dtype: 'u8', dims: [s.tokens, 3] },
    still: { dtype: 'u8', dims: [] },
  }) as const satisfies Record<Field, { dtype: Tensor['dtype']; dims: readonly number[] }>;

/** Features that are stored but cannot be read back: as good as lost, the chunk is perceived again. */
export class FeaturesUnreadableError extends Error {
  override readonly name = 'FeaturesUnreadableError';
}

/**
 * The features object of a chunk: safetensors, float32 as the graph gave them, so that `remember` sees the
 * same bits wherever and however often it runs.
 * @param output perceive outputs, padded to T frames
 * @param frames how many of them are real
 */
export function encodeFeatures(
  output: PerceiveOutput,
  { related, things, ...pictures }: Pick<Features, 'colors' | 'still' | 'related' | 'things'>,
  frames: number,
  sizes: Sizes,
): Uint8Array {
  const fields: Record<Field, Float32Array | Int32Array | Uint8Array> = { ...output, ...pictures };
  const tensors: Record<string, Tensor> = {};
  for (const [field, { dtype, dims }] of Object.entries(layout(sizes)) as [
    Field,
    { dtype: Tensor['dtype']; dims: readonly number[] },
  ][]) {
    tensors[field] = {
      dtype,
      dims: [frames, ...dims],
      data: fields[field].subarray(0, frames * valueCount(dims)),
    } as Tensor;
  }
  if (related !== null) tensors['related'] = { dtype: 'u8', dims: [related.length], data: related };
  if (things !== null) tensors['things'] = { dtype: 'u8', dims: [things.length], data: things };
  return writeTensors(tensors);
}

/** The features object of a chunk that shows one picture. */
export const encodeOnePicture = (): Uint8Array => writeTensors({}, { [ONE_PICTURE_KEY]: ONE_PICTURE });

/**
 * Reads a features object back.
 * @throws FeaturesUnreadableError when it is not what `encodeFeatures` wrote for these sizes
 */
export function decodeFeatures(
  bytes: Uint8Array,
  frames: number,
  sizes: Sizes,
): Features | typeof ONE_PICTURE {
  let tensors: Record<string, Tensor>;
  let metadata: Record<string, string>;
  try {
    ({ tensors, metadata } = readTensors(bytes));
  } catch (cause) {
    throw new FeaturesUnreadableError('the stored features are not safetensors', { cause });
  }
  if (metadata[ONE_PICTURE_KEY] === ONE_PICTURE) return ONE_PICTURE;
  const shape = layout(sizes);
  const floats = (field: Field): Float32Array =>
    checked(tensors, field, frames, shape[field]).data as Float32Array;
  return {
    frames,
    visualTokens: floats('visualTokens'),
    geometryTokens: floats('geometryTokens'),
    viewTokens: floats('viewTokens'),
    points: floats('points'),
    centers: floats('centers'),
    confidence: floats('confidence'),
    cameraToChunk: floats('cameraToChunk'),
    category: checked(tensors, 'category', frames, shape.category).data as Int32Array,
    categoryProbability: floats('categoryProbability'),
    novelty: floats('novelty'),
    // features that an older worker stored say nothing of shot boundaries
    stepDoubt: 'stepDoubt' in tensors ? floats('stepDoubt') : new Float32Array(frames),
    colors: checked(tensors, 'colors', frames, shape.colors).data as Uint8Array,
    // and nothing of still frames
    still:
      'still' in tensors
        ? (checked(tensors, 'still', frames, shape.still).data as Uint8Array)
        : new Uint8Array(frames),
    related: tensors['related']?.dtype === 'u8' ? tensors['related'].data : null,
    things: tensors['things']?.dtype === 'u8' ? tensors['things'].data : null,
  };
}

function checked(
  tensors: Record<string, Tensor>,
  field: Field,
  frames: number,
  shape: { dtype: string; dims: readonly number[] },
): Tensor {
  const tensor = tensors[field];
  const expected = [frames, ...shape.dims].join('×');
  if (tensor?.dtype !== shape.dtype || tensor.dims.join('×') !== expected) {
    throw new FeaturesUnreadableError(`the stored features' ${field} should be ${shape.dtype} ${expected}`);
  }
  return tensor;
}
