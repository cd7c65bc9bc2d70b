import { encodeCamera } from '@loci/localization';
import { chunkPlan } from '@loci/pipeline';
import { describe, expect, it } from 'vitest';
import { givenWay } from '../src/chunk/given-way.js';

const SIZES = { framesPerChunk: 8, overlap: 2 };
const CLIP = { frames: 20, fps: 2 };
/** A pose whose place is its frame. */
const poseOf = (frame: number) => [1, 0, 0, frame, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const CHUNKS = chunkPlan(CLIP.frames, SIZES).map(({ start, end }) => {
  const frames = Array.from({ length: end - start }, (_, index) => start + index);
  return encodeCamera({ poses: Float32Array.from(frames.flatMap(poseOf)), lens: null, path: null });
});

describe('the way that a job gives', () => {
  it('has at each second the pose of the sampled frame nearest to it', () => {
    const way = givenWay(CHUNKS, CLIP, SIZES);
    const places = [0, 0.6, 3, 7.5, 9.5, 60].map((second) => way?.(second)[3]);
    expect(places).toEqual([0, 1, 6, 15, 19, 19]);
  });

  it('is unknown where a chunk has no poses', () => {
    expect(givenWay([], CLIP, SIZES)).toBeNull();
    expect(givenWay([...CHUNKS.slice(1), null], CLIP, SIZES)).toBeNull();
    expect(givenWay([encodeCamera({ poses: null, lens: null, path: null })], CLIP, SIZES)).toBeNull();
  });
});
