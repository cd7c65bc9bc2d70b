import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySim3ToPoses, invertSim3, applySim3, type Sim3 } from '../src/geometry/sim3.js';
import {
  START,
  moveFrames,
  type FrameStatus,
  type Handover,
  type LocalizedChunk,
} from '../src/localize-chunk.js';
import type { PerceivedChunk } from '../src/perceived-chunk.js';
import {
  FRAMES,
  FRESH,
  OVERLAP,
  PLACES,
  TOKENS,
  furthest,
  keyframesOf,
  localize,
  roomChunk,
  someChunk,
  throughBytes,
  walkedChunk,
  type RoomView,
} from './chunks.js';
import { levelTurn } from './geometry.js';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const framesThatAre = ({ statuses }: LocalizedChunk, wanted: FrameStatus, firstFrame: number): number[] =>
  [...statuses.keys()].filter((i) => statuses[i] === wanted).map((i) => firstFrame + i);

describe('localizing a chunk by the frames that it shares with the one before', () => {
  /** What the next chunk sees of the first one's overlap, from its own frame, with nothing else in it. */
  const overlapSeenFrom = (first: PerceivedChunk, inverse: Sim3): PerceivedChunk => ({
    ...someChunk(OVERLAP, { seed: 9 }),
    points: applySim3(inverse, first.points.slice(-OVERLAP * TOKENS * 3)),
  });
  /** The place of a chunk in the world, by its first camera (its pose in the chunk is the identity). */
  const originOf = ({ placedFrames }: LocalizedChunk): Float32Array =>
    placedFrames.cameraToWorld.subarray(0, 16);
  const noObjects = { objectCategories: new Set<number>() };

  it('takes the first chunk’s frame for the world', () => {
    const first = someChunk();
    const { placedFrames } = localize(first, START, noObjects);
    expect(placedFrames.points).toEqual(first.points);
    expect(placedFrames.centers).toEqual(first.centers);
    expect(placedFrames.cameraToWorld).toEqual(first.cameraToChunk);
  });

  it('finds any motion, and with it any scale, from the points that both chunks see', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.boolean(),
        (yaw, x, z, scale, metricScale) => {
          const truth = levelTurn(yaw, x, z, metricScale ? 1 : scale);
          const first = someChunk();
          const next = localize(
            overlapSeenFrom(first, invertSim3(truth)),
            localize(first, START, { ...noObjects, metricScale }),
            { ...noObjects, metricScale },
          );
          expect(next.overlap.scale).toBeCloseTo(truth.scale, 4);
          const wanted = applySim3ToPoses(truth, first.cameraToChunk.subarray(0, 16));
          originOf(next).forEach((value, cell) =>
            expect(value).toBeCloseTo(wanted[cell]!, cell % 4 === 3 ? 3 : 4),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('hangs a chunk that shows a single point on the pose that the one before found for it', () => {
    const cameraToWorld = applySim3ToPoses(
      levelTurn(0.4, 1, 2),
      Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
    );
    const blank = { ...someChunk(OVERLAP), points: new Float32Array(OVERLAP * TOKENS * 3).fill(1) };
    const before = localize(someChunk(), START, noObjects);
    expect(before.overlap.cameraToWorld).toEqual(
      before.placedFrames.cameraToWorld.subarray(FRESH * 16, (FRESH + 1) * 16),
    );
    const next = localize(blank, { ...before, overlap: { ...before.overlap, cameraToWorld } }, noObjects);
    originOf(next).forEach((value, cell) => expect(value).toBeCloseTo(cameraToWorld[cell]!, 6));
  });
});

describe('localizing a chunk in a world that is known', () => {
  const away = levelTurn(2, 1, -3);
  const known = localize(roomChunk(), START);

  it('finds it again after a shot boundary, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: OVERLAP, max: 26 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (boundary, yaw, x) => {
          const { placedFrames, state } = localize(
            roomChunk({ boundary, away: levelTurn(yaw, x, 1) }),
            known,
          );
          expect(furthest(placedFrames.centers, known.placedFrames.centers)).toBeLessThan(1e-3);
          expect(furthest(placedFrames.points, known.placedFrames.points)).toBeLessThan(1e-3);
          expect(state.tracking).toEqual({ status: 'localized', place: 0 });
          expect(state.landmarks).toHaveLength(PLACES.length);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('looks for it again with the next chunk where too little was seen, then releases frames', () => {
    const lost = localize(roomChunk({ boundary: 29, away, blankFrom: 29 }), known);
    expect(lost.state.tracking).toEqual({
      status: 'lost',
      sightings: [],
      chunks: 1,
      attempts: 0,
    });
    expect(lost.shotBoundaries).toEqual([29]);
    expect(framesThatAre(lost, 'localized', FRESH)).toEqual(range(32, 57));
    expect(framesThatAre(lost, 'pending', FRESH)).toEqual([57, 58, 59]);
    // the next chunk sees the shot boundary again, among the frames that it shares
    const next = localize(roomChunk({ boundary: 1, away }), lost, { chunkIndex: 2 });
    expect(next.state.tracking.status).toBe('localized');
    expect(furthest(next.placedFrames.centers, known.placedFrames.centers)).toBeLessThan(1e-3);
    expect([...next.releasedFrames!.frames]).toEqual([57, 58, 59]);
    expect(keyframesOf(next, 2 * FRESH).slice(0, 4)).toEqual([57, 58, 59, 60]);
    const from = 29 * TOKENS * 3;
    expect(
      furthest(
        applySim3(next.releasedFrames!.transform, lost.placedFrames.centers.subarray(from)),
        known.placedFrames.centers.subarray(from),
      ),
    ).toBeLessThan(1e-3);
    expect(framesThatAre(next, 'localized', 2 * FRESH)).toEqual(range(60, 88));
    expect(next.state.pending.frames).toHaveLength(0);
  });

  it('releases pending frames where they stand when the video ends or jumps again', () => {
    const bare = (boundary: number, blankFrom = boundary): PerceivedChunk =>
      roomChunk({ boundary, away, blankFrom });
    const first = localize(bare(10), known);
    const second = localize(bare(0), first, { chunkIndex: 2 });
    // where the camera stands still, the fresh frames before the boundary show nothing new either
    expect([keyframesOf(first, FRESH), keyframesOf(second, 2 * FRESH)]).toEqual([[], []]);
    expect([...second.state.pending.frames]).toEqual(range(38, 88));
    expect([first.releasedFrames, second.releasedFrames]).toEqual([null, null]);
    const ends = localize(bare(0), second, { chunkIndex: 3, last: true });
    const jumps = localize(bare(20, 0), second, { chunkIndex: 3 });
    for (const next of [ends, jumps]) {
      expect([...next.releasedFrames!.frames]).toEqual(range(38, 88));
      expect(moveFrames(next.releasedFrames!.transform, first.placedFrames)).toEqual(first.placedFrames);
    }
    expect([ends, jumps].map((next) => framesThatAre(next, 'localized', 3 * FRESH).length)).toEqual([28, 16]);
    expect([...jumps.state.pending.frames]).toEqual(range(104, 116));
  });

  it('goes on in a new place where too few landmarks are known to find it among', () => {
    const before = localize(roomChunk({ blankFrom: 0 }), START);
    const next = localize(roomChunk({ boundary: 9, away: levelTurn(1, 2, 3) }), before);
    expect(next.state.tracking.status).toBe('localized');
    expect(keyframesOf(next, FRESH)).toEqual(expect.arrayContaining([37, 38, 39]));
  });

  it('is drawn back to the landmarks where shared frames have drifted', () => {
    const { overlap } = localize(roomChunk({ boundary: 0, away: levelTurn(0.03, 0.2, 0.1) }), START, {
      objectCategories: new Set(),
    });
    const alone = localize(roomChunk(), { ...START, overlap }, { objectCategories: new Set() });
    expect(furthest(alone.placedFrames.centers, known.placedFrames.centers)).toBeGreaterThan(0.15);
    const drawn = localize(roomChunk(), { state: known.state, overlap });
    expect(furthest(drawn.placedFrames.centers, known.placedFrames.centers)).toBeLessThan(0.05);
  });
});

describe('the keyframes of a chunk', () => {
  it('are those that show what was not seen before', () => {
    const first = localize(walkedChunk(10), START);
    expect(keyframesOf(first, 0)).toEqual(range(0, 10));
    expect(first.state.views).toHaveLength(10);
    // the first ten steps again, half a minute later
    const again = localize(walkedChunk(14), { ...START, state: first.state }, { firstFrame: 60 });
    expect(keyframesOf(again, 60)).toEqual([70, 71, 72, 73]);
    expect(again.state.views).toHaveLength(10 + 4);
  });

  it('are none of the frames that are shared, and those leave no view', () => {
    const first = localize(walkedChunk(10), START);
    const next = localize(walkedChunk(10), { state: START.state, overlap: first.overlap }, { firstFrame: 6 });
    expect(next.statuses.slice(0, OVERLAP)).toEqual(Array(OVERLAP).fill('shared'));
    expect(keyframesOf(next, 6)).toEqual(range(10, 16));
    expect(next.state.views).toHaveLength(6);
  });

  it('are all fresh frames of a model whose places cannot be compared', () => {
    const options = { objectCategories: new Set<number>() };
    const first = localize(walkedChunk(10), START, options);
    const again = localize(walkedChunk(10), first, { ...options, firstFrame: 40 });
    expect(keyframesOf(again, 40)).toEqual(range(44, 50));
    expect(again.state.views).toEqual([]);
  });

  it('are told from what the chunks before have seen', () => {
    const first = localize(someChunk(), START);
    // the camera stands still: what it sees after ten seconds is nothing new
    expect(keyframesOf(first, 0)).toEqual(range(0, 21));
    expect(first.state.views).toHaveLength(21);
    const next = localize(someChunk(), first);
    expect(keyframesOf(next, FRESH).every((frame) => frame >= FRAMES)).toBe(true);
    expect(next.state.views).toHaveLength(21 + keyframesOf(next, FRESH).length);
  });
});

describe('localization', () => {
  const anyTurn = fc
    .record({
      yaw: fc.double({ min: -3, max: 3, noNaN: true }),
      x: fc.double({ min: -5, max: 5, noNaN: true }),
      z: fc.double({ min: -5, max: 5, noNaN: true }),
    })
    .map(({ yaw, x, z }) => levelTurn(yaw, x, z));
  const anyRoomView: fc.Arbitrary<RoomView> = fc.record(
    {
      frames: fc.integer({ min: OVERLAP + 1, max: FRAMES }),
      boundary: fc.nat({ max: FRAMES - 1 }),
      away: anyTurn,
      blankFrom: fc.nat({ max: FRAMES }),
    },
    { requiredKeys: [] },
  );

  it('is a pure function of what is stored: encoding and decoding between chunks changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyRoomView, { minLength: 2, maxLength: 5 }), (video) => {
        let [kept, stored]: [Handover, Handover] = [START, START];
        video.forEach((view, chunkIndex) => {
          const options = { chunkIndex, last: chunkIndex === video.length - 1 };
          const before = structuredClone(stored);
          const again = localize(roomChunk(view), stored, options);
          const localized = localize(roomChunk(view), kept, options);
          expect(again).toEqual(localized);
          expect(stored).toEqual(before);
          [kept, stored] = [localized, throughBytes(again)];
        });
      }),
      { numRuns: 15 },
    );
  });

  it('gives every fresh frame back exactly once, localized at once or released later', () => {
    fc.assert(
      fc.property(fc.array(anyRoomView, { minLength: 1, maxLength: 6 }), (video) => {
        let handover = START;
        let firstFrame = 0;
        const given: number[] = [];
        video.forEach((view, index) => {
          const chunk = roomChunk(view);
          const localized = localize(chunk, handover, { firstFrame, last: index === video.length - 1 });
          given.push(
            ...(localized.releasedFrames?.frames ?? []),
            ...framesThatAre(localized, 'localized', firstFrame),
          );
          firstFrame += chunk.frames - OVERLAP;
          handover = localized;
        });
        expect(given).toEqual(range(0, firstFrame + OVERLAP));
      }),
      { numRuns: 25 },
    );
  });
});
