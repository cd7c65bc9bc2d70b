import type { Manifest } from '@loci/contracts';
import { MemoryClock } from '@loci/memory';
import type { ChunkSpan } from '@loci/pipeline';
import { describe, expect, it } from 'vitest';
import type { Features } from '../src/chunk/features.js';
import { localizeFeatures, type LocalizedFeatures } from '../src/chunk/localize-features.js';
import { decodePendingFrames } from '../src/chunk/pending-frames.js';
import { nano, someFeatures } from './builders.js';

const FRESH = nano.frames_per_chunk - nano.overlap;
const manifest = {
  sizes: nano,
  metric_scale: true,
  up: [0, -1, 0],
  categories: Array.from({ length: 16 }, (_, index) => `category ${index}`),
  background: ['category 0', 'category 1', 'category 2'],
} as unknown as Manifest;

/**
 * A chunk whose every frame shows four objects, of a camera that walks on; none of them from frame
 * `blankFrom` on. No picture is seen twice.
 */
function walk(
  chunk: number,
  { boundary, blankFrom = Infinity }: { boundary?: number; blankFrom?: number } = {},
): Features {
  const features = someFeatures(nano.frames_per_chunk);
  for (let token = 0; token < features.category.length; token += 1) {
    const kind = token % 4;
    features.category[token] = token < blankFrom * nano.tokens ? 3 + kind : 0;
    const place = [3 * Math.cos(kind * kind), 0, 3 * Math.sin(kind * kind)];
    features.centers.set(place, 3 * token);
    features.points.set(
      place.map((value, axis) => value + 0.3 * Math.sin((axis + 2) * (token % nano.tokens))),
      3 * token,
    );
  }
  for (let frame = 0; frame < features.frames; frame += 1) {
    features.cameraToChunk[16 * frame + 11] = chunk * FRESH + frame;
    features.confidence[nano.tokens * frame] = 1 / (2 + chunk * FRESH + frame);
  }
  if (boundary !== undefined) features.stepDoubt[boundary] = 2;
  return features;
}

const spanOf = (chunk: number): ChunkSpan => ({
  index: chunk,
  start: chunk * FRESH,
  end: chunk * FRESH + nano.frames_per_chunk,
  freshFrom: chunk * FRESH + (chunk === 0 ? 0 : nano.overlap),
});

/** Localizes a chunk from what the ones before have stored. */
function localize(
  features: Features,
  chunk: number,
  before: LocalizedFeatures | null = null,
  pendingFrames: Uint8Array[] = [],
): LocalizedFeatures {
  const clock = new MemoryClock({ fps: 2, scale: null, still: [] });
  return localizeFeatures(features, { previous: before, pendingFrames }, spanOf(chunk), {
    ...{ clock, manifest, chunks: 9 },
  });
}

const indicesOf = (frames: readonly { index: number }[]): number[] => frames.map(({ index }) => index);
const takenBy = ({ passes }: LocalizedFeatures): number[] =>
  passes.flatMap(({ frames, keyframes }) => indicesOf(frames.filter((_, frame) => keyframes[frame])));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('a chunk’s features in the world', () => {
  const first = localize(walk(0), 0);

  it('are one pass of the memory while nothing is pending, and all on the map', () => {
    expect(first.passes).toHaveLength(1);
    expect(takenBy(first)).toEqual(range(0, 32));
    expect(indicesOf(first.mapFrames)).toEqual(range(0, 32));
    expect([first.pendingFrames, first.releasesPending]).toEqual([null, false]);
    const second = localize(walk(1), 1, first);
    expect(indicesOf(second.mapFrames)).toEqual(range(32, 60));
    expect(indicesOf(second.passes[0]!.frames)).toEqual(range(28, 60));
  });

  it('are kept apart, bit for bit, from a shot boundary on until their place is known', () => {
    const lost = localize(walk(1, { boundary: 10, blankFrom: 10 }), 1, first);
    expect(indicesOf(lost.mapFrames)).toEqual(range(32, 38));
    const pending = decodePendingFrames(lost.pendingFrames!);
    expect(indicesOf(pending)).toEqual(range(38, 60));
    const still = localize(walk(2, { blankFrom: 0 }), 2, lost, [lost.pendingFrames!]);
    expect([takenBy(still), still.mapFrames, still.releasesPending]).toEqual([[], [], false]);
    const found = localize(walk(3), 3, still, [lost.pendingFrames!, still.pendingFrames!]);
    expect([found.pendingFrames, found.releasesPending]).toEqual([null, true]);
    // 50 frames in passes of the graph’s fixed length, then the chunk’s own
    expect(found.passes.map(({ frames }) => frames.length)).toEqual([32, 18, 32]);
    expect(indicesOf(found.mapFrames)).toEqual(range(38, 116));
    expect({ ...found.mapFrames[0]!, points: 0, centers: 0, cameraToWorld: 0 }).toEqual({
      ...pending[0]!,
      points: 0,
      centers: 0,
      cameraToWorld: 0,
    });
  });

  it('come out alike however often they are localized', () => {
    const again = () => localize(walk(1, { boundary: 12 }), 1, first);
    expect(again()).toEqual(again());
  });
});
