import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySim3ToPoses, identitySim3, invertSim3 } from '../src/geometry/sim3.js';
import { START, type Handover, type LocalizedChunk } from '../src/localize-chunk.js';
import type { PerceivedChunk } from '../src/perceived-chunk.js';
import { addPictures, hashPictures, NO_PICTURES, TAKEN_COLUMNS } from '../src/known-pictures.js';
import { findReplay, replayStarts, seenBefore } from '../src/replay.js';
import {
  FRAMES,
  FRESH,
  OVERLAP,
  furthest,
  keyframesOf,
  localize,
  roomChunk,
  throughBytes,
  type RoomView,
  type Shows,
} from './chunks.js';
import { levelTurn } from './geometry.js';

const STEP_M = 0.1;
/** The first chunk of a video: a walk straight ahead, a picture every ten centimetres. */
const once = localize(walk(), START);

interface Walk extends RoomView {
  /** Which picture each row of the chunk shows; that says where it was taken. */
  pictureAt?: (row: number) => number;
}

/** A chunk of a walk that jumps before `boundary` without a doubt, which perception sees from `away`. */
function walk({ pictureAt = (row) => row, ...view }: Walk = {}): PerceivedChunk {
  const chunk = roomChunk(view);
  const { boundary = FRAMES, away = levelTurn(0, 0, 0) } = view;
  for (let row = 0; row < FRAMES; row += 1) {
    const pose = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    pose[11] = STEP_M * pictureAt(row);
    chunk.cameraToChunk.set(row < boundary ? pose : applySim3ToPoses(invertSim3(away), pose), 16 * row);
  }
  chunk.stepDoubt.fill(0);
  return chunk;
}

/** The second chunk, which shares its first four frames with the first one and then shows these pictures. */
function then(pictureAt: (row: number) => number, view: RoomView = {}, before = once): LocalizedChunk {
  const picture = (row: number) => (row < OVERLAP ? FRESH + row : pictureAt(row));
  const shows: Shows = (frame) => picture(frame - FRESH);
  return localize(walk({ pictureAt: picture, ...view }), throughBytes(before), { shows });
}
/** The walk from its beginning again. */
const again = (row: number) => row - OVERLAP;
const far = levelTurn(2, 1, -3);
/** What localization has learned. */
const learned = ({ state: { landmarks, views, glimpses, occupancy, pictures } }: LocalizedChunk) => ({
  ...{ landmarks, views, glimpses, occupancy, pictures },
});

describe('a video that is played again', () => {
  it('lies where its pictures were taken, wherever it would be looked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        (yaw, x) => {
          const { placedFrames, state } = then(again, { boundary: OVERLAP, away: levelTurn(yaw, x, 2) });
          expect(state.tracking).toEqual({ status: 'localized', place: 0 });
          const taken = once.placedFrames.cameraToWorld.subarray(0, 16 * FRESH);
          expect(furthest(placedFrames.cameraToWorld.subarray(16 * OVERLAP), taken)).toBeLessThan(1e-4);
          expect(furthest(placedFrames.centers, once.placedFrames.centers)).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('teaches nothing: all that is known stays as it was, bit for bit', () => {
    const twice = then(again, { boundary: OVERLAP, away: far });
    expect(keyframesOf(twice, FRESH)).toEqual([]);
    expect(learned(twice)).toEqual(learned(once));
    expect(twice.statuses.slice(OVERLAP)).toEqual(Array(FRESH).fill('localized'));
    expect([...twice.replayed]).toEqual(Array.from({ length: FRESH }, (_, i) => OVERLAP + i));
  });

  it('begins where its pictures do, though the jump is not seen', () => {
    const at = (row: number) => (row < 12 ? FRESH + row : row - 12);
    const { placedFrames, shotBoundaries, state } = then(at, { boundary: 12, away: far });
    expect(shotBoundaries).toEqual([12]);
    expect(furthest(placedFrames.centers, once.placedFrames.centers)).toBeLessThan(1e-3);
    expect(state.landmarks).toHaveLength(once.state.landmarks.length);
  });

  it('is known in a place without a single thing too', () => {
    const bare = localize(walk({ blankFrom: 0 }), START);
    const { placedFrames } = then(again, { boundary: OVERLAP, away: far, blankFrom: 0 }, bare);
    const taken = bare.placedFrames.cameraToWorld.subarray(0, 16 * FRESH);
    expect(furthest(placedFrames.cameraToWorld.subarray(16 * OVERLAP), taken)).toBeLessThan(1e-4);
  });

  it('is known backwards too, where no picture jumps', () => {
    const back = then((row) => FRAMES + 2 - row);
    expect(back.shotBoundaries).toEqual([]);
    expect(learned(back)).toEqual(learned(once));
  });

  it('teaches what comes after it, as new', () => {
    // twelve pictures of before, then the walk goes on where it ended
    const at = (row: number) => (row < OVERLAP + 12 ? row - OVERLAP : FRESH + row);
    const view = { boundary: OVERLAP, away: far };
    const further = then(at, view);
    expect(further.state.pictures.hashes).toHaveLength(FRAMES + FRESH - 12);
    expect(keyframesOf(further, FRESH)[0]).toBeGreaterThanOrEqual(FRESH + OVERLAP + 12);
    // and that is known by its pictures from then on
    const shows: Shows = (frame) => at(OVERLAP + 12 + ((frame - 2 * FRESH) % 8));
    const seen = localize(
      walk({ pictureAt: (row) => shows(2 * FRESH + row), boundary: 0, away: far }),
      { ...further, overlap: null },
      { chunkIndex: 2, shows },
    );
    expect(learned(seen)).toEqual(learned(further));
  });
});

describe('pictures of a place of which nobody knew where it is', () => {
  /** The places that pictures were taken in. */
  const places = ({ state: { pictures } }: LocalizedChunk) =>
    new Set(pictures.taken.filter((_, column) => column % TAKEN_COLUMNS === TAKEN_COLUMNS - 1));

  it('lie where they were taken as soon as it turns out', () => {
    const chunkAt = (chunkIndex: number, boundary: number, blankFrom: number, previous: Handover) => {
      const pictureAt = (row: number) => FRESH * chunkIndex + row;
      const chunk = walk({ pictureAt, boundary, away: far, blankFrom });
      if (boundary > 0) chunk.stepDoubt[boundary] = 2;
      return localize(chunk, previous, { chunkIndex });
    };
    // five chunks without a thing: given up
    let before = chunkAt(1, OVERLAP, 0, once);
    for (let chunk = 2; chunk < 6; chunk += 1) before = chunkAt(chunk, 0, 0, before);
    expect(places(before)).toEqual(new Set([0, 1]));
    const joined = chunkAt(6, 0, FRAMES, before);
    expect(places(joined)).toEqual(new Set([0]));
    const { taken } = joined.state.pictures;
    for (let row = 0; row < taken.length; row += TAKEN_COLUMNS) {
      const [x = NaN, z = NaN, right = NaN, ahead = NaN, frame = NaN] = taken.subarray(row);
      expect(
        furthest(Float32Array.of(x, z, right, ahead), Float32Array.of(0, STEP_M * frame, 0, 1)),
      ).toBeLessThan(1e-3);
    }
    expect(taken).toHaveLength(TAKEN_COLUMNS * (FRAMES + 6 * FRESH));
  });

  it('are of another place than those of the next one that is given up, though neither shows a thing', () => {
    let before = once;
    for (let chunk = 1; chunk < 12; chunk += 1) {
      const [pictureAt, isCut] = [(row: number) => FRESH * chunk + row, chunk === 1 || chunk === 6];
      const view = walk({ pictureAt, boundary: isCut ? OVERLAP : 0, away: far, blankFrom: 0 });
      if (isCut) view.stepDoubt[OVERLAP] = 2;
      before = localize(view, before, { chunkIndex: chunk });
    }
    expect(places(before)).toEqual(new Set([0, 1, 2]));
  });
});

describe('pictures that are the same by chance', () => {
  /** The rows whose pictures are said to be some of before, else new ones; the camera walks on. */
  const withChance = (same: Readonly<Record<number, number>>) => {
    const at = (row: number) => FRESH + row;
    const shows: Shows = (frame) => same[frame - FRESH] ?? frame;
    return localize(walk({ pictureAt: at }), once, { shows });
  };
  const usual = withChance({});

  it.each([
    ['two of them', { 9: 0, 10: 1 }],
    ['three that were not taken from places that lie so', { 9: 0, 10: 25, 11: 8 }],
    ['one, again and again', { 9: 3, 10: 3, 11: 3, 12: 3 }],
  ])('are no replay: %s', (_, same) => {
    const { keyframes, statuses, shotBoundaries, placedFrames } = withChance(same);
    expect({ keyframes, statuses, shotBoundaries }).toEqual({
      ...{ keyframes: usual.keyframes, statuses: usual.statuses, shotBoundaries: [] },
    });
    expect(furthest(placedFrames.cameraToWorld, usual.placedFrames.cameraToWorld)).toBeLessThan(1e-4);
  });

  it('are all, where a model is as sure of every picture: none is a replay', () => {
    const dull: Shows = () => 0;
    const first = localize(walk(), START, { shows: dull });
    const next = localize(walk({ pictureAt: (row) => FRESH + row }), first, { shows: dull });
    expect(keyframesOf(next, FRESH)).toEqual(keyframesOf(usual, FRESH));
    expect(next.state.landmarks).toHaveLength(usual.state.landmarks.length);
  });
});

describe('what is played again', () => {
  const chunk = walk();
  const whole = { first: 0, end: FRAMES };
  const hashes = hashPictures(chunk.confidence, FRAMES);
  /** The picture of a row, taken `aside` metres beside the walk. */
  const taken = (frame: number, place: number, aside: number) => ({
    ...{ hash: hashes[frame]!, frame, place },
    ...{ x: aside, z: STEP_M * frame, right: 0, ahead: 1 },
  });

  it('is of one place, the last one that is known: places do not lie to each other in any known way', () => {
    const earlier = [0, 1, 2, 3, 4, 5].map((frame) => taken(frame, 1, 50));
    const known = addPictures(NO_PICTURES, [...earlier, ...[6, 7, 8].map((frame) => taken(frame, 2, 3))]);
    const found = findReplay(chunk, whole, seenBefore(hashes, chunk, 99, known), identitySim3());
    expect(found).toMatchObject({ place: 2, frames: new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]) });
    expect(found!.transform.x).toBeCloseTo(3, 5);
    expect(found!.transform.z).toBeCloseTo(0, 5);
  });

  it('is none of the frames that stand still', () => {
    const known = addPictures(NO_PICTURES, [taken(4, 0, 0), taken(5, 0, 0)]);
    const still = chunk.still.map((_, row) => (row === 5 ? 1 : 0));
    const seen = seenBefore(hashes, { still }, 99, known);
    expect([...seen.keys()].filter((row) => seen[row] !== null)).toEqual([4]);
  });
});

describe('where a replay begins', () => {
  const picture = (frame: number) => ({
    ...{ hash: frame, frame, place: 0 },
    ...{ x: 0, z: 0, right: 0, ahead: 1 },
  });
  const starts = (...frames: (number | null)[]) =>
    replayStarts(frames.map((frame) => (frame === null ? null : picture(frame))));

  it('is where pictures are known for three frames, one after another', () => {
    expect(starts(null, null, 7, 8, 9)).toEqual([2]);
    expect(starts(null, null, 7, 8)).toEqual([]);
    expect(starts(null, 7, 9, 11, 12)).toEqual([]);
  });

  it('is not the first frame, which jumps from nothing that the chunk shows', () => {
    expect(starts(7, 8, 9, 10)).toEqual([]);
  });

  it('is where they go on somewhere else, and not where one is not known', () => {
    expect(starts(7, 8, 9, 30, 31, 32)).toEqual([3]);
    expect(starts(7, 8, null, 10, 11, 12)).toEqual([]);
  });
});
