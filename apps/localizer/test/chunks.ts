import type { PerceivedChunk } from '@loci/localization';
import type { Tensor } from '@loci/tensors';

export const TOKENS = 12;
export const OVERLAP = 2;
export const FRAMES = 8;
/** Fresh frames of every chunk but the first. */
export const FRESH = FRAMES - OVERLAP;

const ROOM = [
  [2.5, 0, 1],
  [-2, 0, 2],
  [0.5, 0, -3],
  [-1.5, 0, -1],
] as const;

/** A chunk that shows four objects of a room, none from `blankFrom` on, of a camera that walks on. */
export function roomChunk(
  index: number,
  {
    frames = FRAMES,
    boundary,
    blankFrom = frames,
  }: { frames?: number; boundary?: number; blankFrom?: number } = {},
): PerceivedChunk {
  const places = Array.from({ length: frames * TOKENS }, (_, token) => ROOM[token % 4]!);
  const spread = (axis: number, token: number): number => 0.3 * Math.sin((axis + 2) * (token % TOKENS));
  const pose = (frame: number): number[] => [
    1,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    index * FRESH + frame,
    0,
    0,
    0,
    1,
  ];
  return {
    frames,
    points: Float32Array.from(
      places.flatMap((place, token) => place.map((value, axis) => value + spread(axis, token))),
    ),
    centers: Float32Array.from(places.flat()),
    confidence: new Float32Array(frames * TOKENS).fill(0.9),
    cameraToChunk: Float32Array.from(Array.from({ length: frames }, (_, frame) => pose(frame)).flat()),
    category: Int32Array.from(places, (_, token) => (token < blankFrom * TOKENS ? 3 + (token % 4) : 0)),
    stepDoubt: Float32Array.from({ length: frames }, (_, frame) => (frame === boundary ? 2 : 0)),
    still: new Uint8Array(frames),
  };
}

const padded = <A extends Float32Array | Int32Array>(values: A, length: number): A => {
  const all = new (values.constructor as new (length: number) => A)(length);
  all.set(values);
  return all;
};

/** A chunk as a request carries it, padded to `length` frames. */
export function chunkTensors(chunk: PerceivedChunk, length = chunk.frames): Record<string, Tensor> {
  const floats = (values: Float32Array, ...dims: number[]): Tensor => {
    const shape = [length, ...dims];
    return {
      dtype: 'f32',
      dims: shape,
      data: padded(
        values,
        shape.reduce((a, b) => a * b),
      ),
    };
  };
  return {
    points: floats(chunk.points, TOKENS, 3),
    centers: floats(chunk.centers, TOKENS, 3),
    confidence: floats(chunk.confidence, TOKENS),
    camera_to_chunk: floats(chunk.cameraToChunk, 4, 4),
    category: { dtype: 'i32', dims: [length, TOKENS], data: padded(chunk.category, length * TOKENS) },
    step_doubt: floats(chunk.stepDoubt),
  };
}

/** The arguments of a chunk's request. */
export const localizeArguments = (index: number, over: object = {}): object => ({
  session: 'a video',
  first_frame: index * FRESH,
  held: FRAMES,
  last: false,
  fps: 2,
  tokens: TOKENS,
  overlap: OVERLAP,
  metric_scale: true,
  object_categories: [3, 4, 5, 6],
  ...over,
});
