import { describe, expect, it } from 'vitest';
import { apply, IDENTITY, type RigidTransform2D } from '../src/geometry/rigid-transform-2d.js';
import { transformLandmarks, type Landmark } from '../src/landmarks/landmark.js';
import { joinPlace } from '../src/places.js';
import { crossShotBoundary, updateTracking, type TrackedWorld } from '../src/tracking.js';
import { landmark, nothingAgainst, room } from './landmark-rows.js';

const first = room(5);
const slip: RigidTransform2D = { cos: 0, sin: 1, x: 2, z: -1 };
const known: TrackedWorld = { tracking: { status: 'localized', place: 0 }, landmarks: first };
const hall = [0, 3, 6].map((z, i) => landmark({ category: 9 + i, x: 12, z, weight: 40, news: 40 }));

const see = (objects: readonly Landmark[], world: TrackedWorld, contradictions = nothingAgainst) =>
  updateTracking(
    { objects, freshObjects: objects, shared: [], replay: null, pictured: 0, contradictions },
    world,
  );

/** What is left of a place that was not found after a shot boundary. */
function givenUp(objects: readonly Landmark[]): TrackedWorld {
  const lost = see(objects, crossShotBoundary(known)).world;
  return see(objects, lost).world;
}

describe('a place that was not found', () => {
  it('is one of its own, and its landmarks lie beside those of the others', () => {
    const { tracking, landmarks } = givenUp(hall);
    expect(tracking).toEqual({ status: 'localized', place: 1 });
    expect(landmarks.map(({ place }) => place)).toEqual([...first.map(() => 0), 1, 1, 1]);
  });

  it('draws nobody to a landmark of another place', () => {
    const aside = transformLandmarks(first, { ...IDENTITY, x: 0.4 }).slice(0, 2);
    const { correction, world } = see([...hall, ...aside], givenUp(hall));
    expect(correction).toMatchObject(IDENTITY);
    expect(world.landmarks).toHaveLength(first.length + hall.length + 2);
  });

  it('is joined when it turns out where it is: camera and landmarks move, as certain as before', () => {
    const moved = transformLandmarks([...hall, ...first], slip);
    const apart = givenUp(moved.slice(0, 3));
    expect(apart.tracking).toMatchObject({ place: 1 });
    const { correction, world } = see(moved, apart);
    expect(world.tracking).toEqual({ status: 'localized', place: 0 });
    expect(world.landmarks).toHaveLength(first.length + hall.length);
    for (const [index, { x, z }] of hall.entries()) {
      const there = apply(correction, moved[index]!);
      expect(Math.hypot(there.x - x, there.z - z)).toBeLessThan(1e-6);
      const found = world.landmarks.find(({ category }) => category === 9 + index);
      expect(found!.news).toBeGreaterThanOrEqual(hall[index]!.news);
      expect(Math.hypot(found!.x - x, found!.z - z)).toBeLessThan(1e-6);
    }
  });

  it('is joined by less where it lies as if the camera had gone on there', () => {
    const again = (transform: RigidTransform2D) =>
      transformLandmarks(first.slice(0, 4), transform).map((each) => ({
        ...each,
        weight: 3,
        news: 3,
        place: 1,
      }));
    expect(joinPlace(1, [...first, ...again(IDENTITY)])).toMatchObject({
      ...{ older: 0, younger: 1, transform: IDENTITY },
    });
    expect(joinPlace(1, [...first, ...again(slip)])).toBeNull();
  });

  it('stays apart from a place that shows the same things otherwise', () => {
    const others = first.map((each, index) => ({ ...each, x: 3 * each.x + index, place: 1 }));
    expect(joinPlace(1, [...first, ...others])).toBeNull();
  });
});

describe('a landmark that is looked through', () => {
  const [seen, missing] = [first.slice(0, 4), first[4]!];
  const through = (_: unknown, of: readonly Landmark[]) => of.map(() => ({ weight: 3, news: 3 }));

  it('counts less each time and is forgotten in the end, while what is seen stays', () => {
    let world: TrackedWorld = { ...known, landmarks: [...seen, missing] };
    world = see(seen, world, through).world;
    expect(world.landmarks.at(-1)?.news).toBeCloseTo(0.7 * missing.news, 9);
    for (let chunk = 0; chunk < 20; chunk += 1) world = see(seen, world, through).world;
    expect(world.landmarks.map(({ category, x }) => [category, x])).toEqual(
      seen.map(({ category, x }) => [category, expect.closeTo(x, 6) as number]),
    );
  });

  it('is as certain as before where that was seen from there before: it may only lie elsewhere', () => {
    const again = (_: unknown, of: readonly Landmark[]) => of.map(() => ({ weight: 3, news: 0 }));
    const { world } = see(seen, { ...known, landmarks: [...seen, missing] }, again);
    expect(world.landmarks.at(-1)?.news).toBe(missing.news);
    expect(world.landmarks.at(-1)?.weight).toBeCloseTo(0.7 * missing.weight, 9);
  });

  it('is believed where nothing is seen that tells where the camera is', () => {
    const { world } = see([], known, through);
    expect(world).toEqual(known);
  });
});
