import { decodeTail, identitySim3 } from '@loci/memory';
import { describe, expect, it } from 'vitest';
import { placeChunk, type PlacedChunk } from '../src/chunk/place.js';
import { unseenFrames } from '../src/chunk/unseen.js';
import { nano, someFeatures } from './builders.js';

const OBJECTS = new Set([3]);
const around = { start: 0, last: false, fps: 2, objects: OBJECTS, sizes: nano };
const still = { toWorld: identitySim3(), adrift: false };

/** Cameras that walk a metre a frame, looking ahead. */
function poses(frames: number): Float32Array {
  const all = new Float32Array(frames * 16);
  for (let at = 0; at < frames; at += 1) all.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, at, 0, 0, 0, 1], at * 16);
  return all;
}

const taken = (unseen: Uint8Array): number[] => [...unseen.keys()].filter((at) => unseen[at] === 1);

describe('the frames of a chunk that memory takes', () => {
  it('are the fresh ones that show what was not seen before', () => {
    const first = unseenFrames([{ first: 0, past: 10, ...still }], poses(10), null, around);
    expect(taken(first.unseen)).toEqual([...Array(10).keys()]);
    const again = unseenFrames([{ first: 0, past: 14, ...still }], poses(14), first.views, { ...around, start: 40 });
    expect(taken(again.unseen)).toEqual([10, 11, 12, 13]);
    expect(again.views).toHaveLength(14);
  });

  it('are none of a part that is adrift, but at the end of the video, where nothing comes any more by which it could be found', () => {
    const parts = [{ first: 0, past: 6, ...still }, { first: 6, past: 10, ...still, adrift: true }];
    expect(taken(unseenFrames(parts, poses(10), null, around).unseen)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(taken(unseenFrames(parts, poses(10), null, { ...around, last: true }).unseen)).toEqual([...Array(10).keys()]);
  });

  it('are all fresh ones for a model whose places cannot be compared', () => {
    const { unseen, views } = unseenFrames([{ first: 0, past: 10, ...still, adrift: true }], poses(10), [], { ...around, objects: new Set() });
    expect(taken(unseen)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(views).toEqual([]);
  });

  it('are told by the tail of the chunk before', () => {
    const place = (start: number, previous: PlacedChunk | null): PlacedChunk =>
      placeChunk(someFeatures(nano.frames_per_chunk), { previous, start, last: false, metric: true, objects: OBJECTS, fps: 2, sizes: nano });
    const first = place(0, null);
    // the camera stands still: what it sees after ten seconds is nothing new
    expect(taken(first.unseen)).toEqual([...Array(21).keys()]);
    expect(decodeTail(first.tail).views).toHaveLength(21);
    const next = place(28, first);
    expect(taken(next.unseen).every((at) => at >= nano.overlap)).toBe(true);
    expect(decodeTail(next.tail).views).toHaveLength(21 + taken(next.unseen).length);
    expect(place(28, first)).toEqual(next);
  });
});
