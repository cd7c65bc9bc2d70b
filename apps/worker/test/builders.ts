import type { Sizes } from '@loci/contracts';
import { seeded } from '@loci/harness';
import type { Features } from '../src/chunk/features.js';

/** The shipped model's sizes. */
export const nano: Sizes = {
  frames_per_chunk: 32,
  overlap: 4,
  height: 96,
  width: 128,
  tokens: 48,
  grid: [6, 8],
  geometry_tokens: 48,
  view_tokens: 1,
  d_visual: 96,
  d_geometry: 64,
  d: 128,
  working: 8,
  episodic: 32,
  question_length: 96,
  answer_length: 96,
};

const floats = (length: number, next: () => number): Float32Array =>
  Float32Array.from({ length }, () => next());

/** Features of `frames` frames filled with seeded numbers; poses are the identity. */
export function someFeatures(
  frames: number,
  { sizes = nano, seed = 1 }: { sizes?: Sizes; seed?: number } = {},
): Features {
  const next = seeded(seed);
  const tokens = frames * sizes.tokens;
  return {
    frames,
    visualTokens: floats(tokens * sizes.d_visual, next),
    geometryTokens: floats(frames * sizes.geometry_tokens * sizes.d_geometry, next),
    viewTokens: floats(frames * sizes.view_tokens * sizes.d_geometry, next),
    points: floats(tokens * 3, () => 6 * next() - 3),
    centers: floats(tokens * 3, () => 6 * next() - 3),
    confidence: floats(tokens, () => 0.1 + 0.9 * next()),
    cameraToChunk: Float32Array.from({ length: frames * 16 }, (_, cell) => ((cell % 16) % 5 === 0 ? 1 : 0)),
    category: Int32Array.from({ length: tokens }, () => Math.floor(next() * 16)),
    categoryProbability: floats(tokens, next),
    novelty: floats(frames, next),
    stepDoubt: new Float32Array(frames),
    still: new Uint8Array(frames),
    related: null,
    things: null,
    colors: Uint8Array.from({ length: tokens * 3 }, () => Math.floor(next() * 256)),
  };
}
