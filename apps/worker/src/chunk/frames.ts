import type { RememberInput } from '@loci/inference';
import {
  TensorFormatError,
  applySim3,
  applySim3ToPoses,
  levelSim3,
  type Motion,
  type Tensor,
} from '@loci/memory';
import type { Features } from './features.js';

/** What the remember graph takes of every frame. */
const FLOATS = [
  'visualTokens',
  'geometryTokens',
  'viewTokens',
  'points',
  'centers',
  'confidence',
  'cameraToWorld',
] as const satisfies readonly (keyof RememberInput)[];
type FloatField = (typeof FLOATS)[number];

/** A frame in the world, as memory and the map take it: its share of each array. Its pose has no scale. */
export interface PlacedFrame extends Pick<RememberInput, FloatField>, Pick<Features, 'category' | 'colors'> {
  /** Its place in the video. */
  index: number;
}

type Arrays = Omit<PlacedFrame, 'index'>;

/** A chunk's frames, `start` the first one's place in the video, with where they are in the world. */
export function framesOf(
  features: Features,
  inWorld: Pick<Arrays, 'points' | 'centers' | 'cameraToWorld'>,
  start: number,
): PlacedFrame[] {
  const { frames, visualTokens, geometryTokens, viewTokens, confidence, category, colors } = features;
  return apart(
    Int32Array.from({ length: frames }, (_, at) => start + at),
    { visualTokens, geometryTokens, viewTokens, confidence, category, colors, ...inWorld },
  );
}

/** The frame somewhere else. */
export function movedFrame(frame: PlacedFrame, motion: Motion): PlacedFrame {
  const there = levelSim3(motion);
  return {
    ...frame,
    points: applySim3(there, frame.points),
    centers: applySim3(there, frame.centers),
    cameraToWorld: applySim3ToPoses(there, frame.cameraToWorld),
  };
}

/** A field of all frames, one after the other, padded with zeros to that of `length` frames. */
export function stacked(
  frames: readonly PlacedFrame[],
  field: FloatField,
  length = frames.length,
): Float32Array {
  const width = frames[0]?.[field].length ?? 0;
  const all = new Float32Array(length * width);
  frames.forEach((frame, at) => all.set(frame[field], at * width));
  return all;
}

/** Frames as tensors [n, …], as a tail keeps those that wait; none of none. */
export function tensorsOf(frames: readonly PlacedFrame[]): Record<string, Tensor> {
  if (frames.length === 0) return {};
  const dims = (values: { length: number }): number[] => [frames.length, values.length / frames.length];
  const floats = FLOATS.map((field): [string, Tensor] => {
    const data = stacked(frames, field);
    return [field, { dtype: 'f32', dims: dims(data), data }];
  });
  const [category, colors] = [
    Int32Array.from(frames.flatMap((frame) => [...frame.category])),
    Uint8Array.from(frames.flatMap((frame) => [...frame.colors])),
  ];
  return {
    ...Object.fromEntries(floats),
    category: { dtype: 'i32', dims: dims(category), data: category },
    colors: { dtype: 'u8', dims: dims(colors), data: colors },
    index: { dtype: 'i32', dims: [frames.length], data: Int32Array.from(frames, ({ index }) => index) },
  };
}

/** Frames back from their tensors. Throws TensorFormatError for what `tensorsOf` did not make. */
export function framesFrom(tensors: Readonly<Record<string, Tensor>>): PlacedFrame[] {
  if (Object.keys(tensors).length === 0) return [];
  const count = tensors['index']?.dims[0];
  const of = <A extends Tensor['data']>(field: string, kind: abstract new (...from: never[]) => A): A => {
    const tensor = tensors[field];
    if (!(tensor?.data instanceof kind) || tensor.dims[0] !== count)
      throw new TensorFormatError(`the frames that wait have no ${field}`);
    return tensor.data;
  };
  const floats = Object.fromEntries(FLOATS.map((field) => [field, of(field, Float32Array)])) as Record<
    FloatField,
    Float32Array
  >;
  return apart(of('index', Int32Array), {
    ...floats,
    category: of('category', Int32Array),
    colors: of('colors', Uint8Array),
  });
}

/** Frames one by one out of arrays that hold them one after another; nothing is copied. */
function apart(index: Int32Array, arrays: Arrays): PlacedFrame[] {
  const share = <A extends Float32Array | Int32Array | Uint8Array>(values: A, at: number): A => {
    const width = values.length / index.length;
    return values.subarray(at * width, (at + 1) * width) as A;
  };
  return Array.from(index, (place, at) => ({
    index: place,
    visualTokens: share(arrays.visualTokens, at),
    geometryTokens: share(arrays.geometryTokens, at),
    viewTokens: share(arrays.viewTokens, at),
    points: share(arrays.points, at),
    centers: share(arrays.centers, at),
    confidence: share(arrays.confidence, at),
    cameraToWorld: share(arrays.cameraToWorld, at),
    category: share(arrays.category, at),
    colors: share(arrays.colors, at),
  }));
}
