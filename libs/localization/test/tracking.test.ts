import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDENTITY, apply, type RigidTransform2D } from '../src/geometry/rigid-transform-2d.js';
import { isInDoubt, transformLandmarks, type Landmark } from '../src/landmarks/landmark.js';
import {
  EMPTY_WORLD,
  crossShotBoundary,
  updateTracking,
  type SegmentObservation,
  type TrackedWorld,
} from '../src/tracking.js';
import { landmark, nothingAgainst, room } from './landmark-rows.js';

const landmarks = room(5);
const known: TrackedWorld = { tracking: { status: 'localized', place: 0 }, landmarks };
const quarterTurn: RigidTransform2D = { cos: 0, sin: 1, x: 2, z: -1 };
/** Objects that lie on no landmarks, wherever they are moved. */
const elsewhere = room(99).map((object) => ({ ...object, x: object.x * 3 }));

/** A segment after a shot boundary, which shares no frame with what was before. */
const seen = (objects: readonly Landmark[]): SegmentObservation => ({
  objects,
  freshObjects: objects,
  shared: null,
  replay: null,
  pictured: 0,
  contradictions: nothingAgainst,
});

describe('tracking that is localized', () => {
  it('stays localized, and learns what fresh frames show', () => {
    const { correction, world } = updateTracking(seen(landmarks), EMPTY_WORLD);
    expect(correction).toEqual(IDENTITY);
    expect(world).toEqual(known);
  });

  it('is drawn back onto landmarks where shared points have drifted', () => {
    const drifted = transformLandmarks(landmarks, { ...IDENTITY, x: 0.2 });
    const { correction, world } = updateTracking(
      {
        objects: drifted,
        freshObjects: [],
        shared: [],
        replay: null,
        pictured: 0,
        contradictions: nothingAgainst,
      },
      known,
    );
    expect(correction.x).toBeCloseTo(-0.2, 6);
    expect(world).toEqual(known);
  });

  it('closes a loop: it leaves its place for one for which the landmarks speak much more clearly', () => {
    const slipped = transformLandmarks(landmarks, quarterTurn);
    const { correction, world } = updateTracking(
      {
        objects: slipped,
        freshObjects: [],
        shared: [],
        replay: null,
        pictured: 0,
        contradictions: nothingAgainst,
      },
      known,
    );
    const there = apply(correction, apply(quarterTurn, landmarks[0]!));
    expect(Math.hypot(there.x - landmarks[0]!.x, there.z - landmarks[0]!.z)).toBeLessThan(1e-6);
    expect(world).toEqual(known);
  });

  it('doubts what was seen first since it was last where a loop closes', () => {
    const since = landmark({ category: 9, x: 9, z: 0, weight: 20, news: 20, firstSeen: 56, lastSeen: 84 });
    const world = { ...known, landmarks: [...landmarks, since] };
    const slipped = transformLandmarks(landmarks, quarterTurn);
    const after = updateTracking(
      {
        objects: slipped,
        freshObjects: [],
        shared: [],
        replay: null,
        pictured: 0,
        contradictions: nothingAgainst,
      },
      world,
    ).world;
    expect(after.landmarks.map(isInDoubt)).toEqual([...landmarks.map(() => false), true]);
  });

  it('is lost after a shot boundary, and forgets nothing', () => {
    expect(crossShotBoundary(known)).toEqual({
      landmarks,
      tracking: { status: 'lost', sightings: [], chunks: 0, attempts: 0 },
    });
  });

  it('goes on in a new place after a shot boundary where fewer than three landmarks are known', () => {
    const few = { ...known, landmarks: landmarks.slice(0, 2) };
    expect(crossShotBoundary(few)).toEqual(few);
  });
});

describe('tracking that is lost', () => {
  it('is localized by the transform that lays what was seen onto the landmarks', () => {
    const { correction, world } = updateTracking(
      seen(transformLandmarks(landmarks, quarterTurn)),
      crossShotBoundary(known),
    );
    expect(world.tracking).toEqual({ status: 'localized', place: 0 });
    expect(world.landmarks).toHaveLength(landmarks.length);
    const there = apply(correction, apply(quarterTurn, landmarks[0]!));
    expect(Math.hypot(there.x - landmarks[0]!.x, there.z - landmarks[0]!.z)).toBeLessThan(1e-6);
  });

  it('proves nothing by what it finds where it was before', () => {
    const { world } = updateTracking(
      seen(transformLandmarks(landmarks, quarterTurn)),
      crossShotBoundary(known),
    );
    for (const { weight, news } of world.landmarks) expect([weight, news]).toEqual([80, 40]);
  });

  it('is found by what several chunks have seen together', () => {
    const moved = transformLandmarks(landmarks, quarterTurn);
    const first = updateTracking(seen(moved.slice(0, 2)), crossShotBoundary(known));
    expect(first.world.tracking).toMatchObject({ status: 'lost', chunks: 1, attempts: 0 });
    const second = updateTracking(seen(moved.slice(2)), first.world);
    expect(second.world.tracking.status).toBe('localized');
    expect(second.world.landmarks).toHaveLength(landmarks.length);
  });

  it('keeps what it sees out of the world until it is found or taken to be new', () => {
    const first = updateTracking(seen(elsewhere), crossShotBoundary(known));
    expect(first).toMatchObject({
      correction: IDENTITY,
      world: { landmarks, tracking: { status: 'lost', attempts: 1 } },
    });
    const second = updateTracking(seen(elsewhere), first.world);
    expect(second.correction).toEqual(IDENTITY);
    expect(second.world.tracking.status).toBe('localized');
    expect(second.world.landmarks.length).toBeGreaterThan(landmarks.length);
  });

  it('takes less for going on where it was than for being anywhere else', () => {
    // four faint objects
    const faint = landmarks.slice(0, 4).map((object) => ({ ...object, weight: 3, news: 3 }));
    const lost = crossShotBoundary(known);
    const aside = transformLandmarks(faint, { ...IDENTITY, x: 0.2 });
    const { correction, world } = updateTracking(seen(aside), lost);
    expect(world.tracking).toEqual({ status: 'localized', place: 0 });
    expect(correction.x).toBeCloseTo(-0.2, 6);
    expect(updateTracking(seen(transformLandmarks(faint, quarterTurn)), lost).world.tracking.status).toBe(
      'lost',
    );
  });

  it('takes less for its place in the end, where nearly all that was seen is there', () => {
    // three objects of kinds of their own speak for a place by less than it takes at first
    const few = [3, 4, 5].map((category, i) =>
      landmark({ category, x: 2 * i, z: i * i, weight: 5, news: 5 }),
    );
    const again = transformLandmarks(few, quarterTurn);
    const lost = { ...crossShotBoundary({ ...known, landmarks: few }), landmarks: few };
    const first = updateTracking(seen(again), lost).world;
    expect(first.tracking.status).toBe('lost');
    expect(updateTracking(seen(again), first).world.landmarks).toHaveLength(few.length);
  });

  it('counts no chunk that shows too little as an attempt, but gives up after five of any kind', () => {
    let world = crossShotBoundary(known);
    for (let chunk = 1; chunk < 5; chunk += 1) {
      world = updateTracking(seen([]), world).world;
      expect(world.tracking).toMatchObject({ status: 'lost', chunks: chunk, attempts: 0 });
    }
    expect(updateTracking(seen([]), world).world).toEqual({
      landmarks,
      tracking: { status: 'localized', place: 1 },
    });
  });

  it('begins anew after another shot boundary, and what it has seen leaves no landmark', () => {
    const lost = updateTracking(seen(elsewhere), crossShotBoundary(known)).world;
    expect(crossShotBoundary(lost)).toEqual(crossShotBoundary(known));
  });

  it('never stays lost for more than five chunks, whatever they show', () => {
    const anySegment = fc.nat({ max: 2 ** 31 }).chain((seed) => fc.subarray(room(seed)));
    fc.assert(
      fc.property(fc.array(anySegment, { minLength: 5, maxLength: 5 }), (segments) => {
        let world = crossShotBoundary(known);
        for (const objects of segments)
          if (world.tracking.status === 'lost') world = updateTracking(seen(objects), world).world;
        expect(world.tracking.status).toBe('localized');
      }),
      { numRuns: 30 },
    );
  });
});
