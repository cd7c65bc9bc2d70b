import { decodeTail, type View } from '@loci/memory';
import { describe, expect, it } from 'vitest';
import { framesOf, type PlacedFrame } from '../src/chunk/frames.js';
import { placeChunk, type PlacedChunk } from '../src/chunk/place.js';
import { askUnseen } from '../src/chunk/unseen.js';
import { leftBy, nano, someFeatures, takenOf } from './builders.js';

const OBJECTS = new Set([3]);
const around = { fps: 2, objects: OBJECTS };

/** Frames, the first at a place in the video, of a camera that walks a metre a frame, looking ahead. */
function walked(frames: number, start = 0): PlacedFrame[] {
  const cameraToWorld = new Float32Array(frames * 16);
  for (let at = 0; at < frames; at += 1)
    cameraToWorld.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, at, 0, 0, 0, 1], at * 16);
  const features = someFeatures(frames);
  return framesOf(features, { points: features.points, centers: features.centers, cameraToWorld }, start);
}

const from = (frames: number, first: number): boolean[] =>
  Array.from({ length: frames }, (_, at) => at >= first);
const taken = (unseen: readonly boolean[]): number[] =>
  [...unseen.keys()].filter((at) => unseen[at] === true);

describe('the frames of a chunk that memory takes', () => {
  it('are those that show what was not seen before', () => {
    const first = askUnseen(walked(10), from(10, 0), [], around);
    expect(taken(first.unseen)).toEqual([...Array(10).keys()]);
    const again = askUnseen(walked(14, 40), from(14, 4), first.views, around);
    expect(taken(again.unseen)).toEqual([10, 11, 12, 13]);
    // where the six passed that were asked is a view too
    expect(again.views).toHaveLength(10 + 6 + 4);
  });

  it('are none that are not asked, and those leave no view', () => {
    const { unseen, views } = askUnseen(walked(10), from(10, 4), [], around);
    expect(taken(unseen)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(views).toHaveLength(6);
  });

  it('are all that are asked for a model whose places cannot be compared', () => {
    const again = askUnseen(
      walked(10, 40),
      from(10, 4),
      askUnseen(walked(10), from(10, 0), [], around).views,
      { fps: 2, objects: new Set() },
    );
    expect(taken(again.unseen)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('are told by the tail of the chunk before', () => {
    const place = (start: number, previous: PlacedChunk | null): PlacedChunk =>
      placeChunk(someFeatures(nano.frames_per_chunk), {
        previous: leftBy(previous),
        start,
        last: false,
        metric: true,
        objects: OBJECTS,
        fps: 2,
        sizes: nano,
      });
    const first = place(0, null);
    // the camera stands still: what it sees after ten seconds is nothing new
    expect(takenOf(first)).toEqual([...Array(21).keys()]);
    const viewsOf = (chunk: PlacedChunk): View[] =>
      decodeTail(chunk.tail).views.filter(({ tS, takenS }) => tS === takenS);
    expect(viewsOf(first)).toHaveLength(21);
    const next = place(28, first);
    expect(takenOf(next).every((index) => index >= 28 + nano.overlap)).toBe(true);
    expect(viewsOf(next)).toHaveLength(21 + takenOf(next).length);
    expect(place(28, first)).toEqual(next);
  });
});
