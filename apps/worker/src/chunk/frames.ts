import type { RememberInput } from '@loci/inference';
import { moveFrames, type WorldFrames } from '@loci/localization';
import { rows, type NumberArray } from '@loci/tensors';
import type { Features } from './features.js';

/** What the remember graph reads of every frame. */
export const FLOAT_FIELDS = [
  'visualTokens',
  'geometryTokens',
  'viewTokens',
  'points',
  'centers',
  'confidence',
  'cameraToWorld',
] as const satisfies readonly (keyof RememberInput)[];
export type FloatField = (typeof FLOAT_FIELDS)[number];

/** Each field of n frames, one frame after another. */
export type FrameArrays = Pick<RememberInput, FloatField> & Pick<Features, 'category' | 'colors'>;

/** One frame in the world, as memory and the map take it: its share of each field. Its pose has no scale. */
export interface PlacedFrame extends FrameArrays {
  /** Its place in the video. */
  index: number;
}

/** A chunk's frames where localization placed them; `start` is the first one's place in the video. */
export const framesOf = (features: Features, world: WorldFrames, start: number): PlacedFrame[] =>
  splitFrames(
    Array.from({ length: features.frames }, (_, frame) => start + frame),
    { ...features, ...world },
  );

/** Frames one by one out of arrays that hold them one after another; nothing is copied. */
export function splitFrames(indices: readonly number[], arrays: FrameArrays): PlacedFrame[] {
  const share = <A extends NumberArray>(values: A, frame: number): A =>
    rows(values, values.length / indices.length, frame, frame + 1);
  return indices.map((index, frame) => ({
    index,
    visualTokens: share(arrays.visualTokens, frame),
    geometryTokens: share(arrays.geometryTokens, frame),
    viewTokens: share(arrays.viewTokens, frame),
    points: share(arrays.points, frame),
    centers: share(arrays.centers, frame),
    confidence: share(arrays.confidence, frame),
    cameraToWorld: share(arrays.cameraToWorld, frame),
    category: share(arrays.category, frame),
    colors: share(arrays.colors, frame),
  }));
}

/** A field of all frames, one after the other, padded with zeros to that of `length` frames. */
export function stackField(
  frames: readonly PlacedFrame[],
  field: FloatField,
  length = frames.length,
): Float32Array {
  const width = frames[0]?.[field].length ?? 0;
  const stacked = new Float32Array(length * width);
  frames.forEach((frame, row) => stacked.set(frame[field], row * width));
  return stacked;
}

/** The frame somewhere else. */
export const movedFrame = (frame: PlacedFrame, transform: Parameters<typeof moveFrames>[0]): PlacedFrame => ({
  ...frame,
  ...moveFrames(transform, frame),
});
