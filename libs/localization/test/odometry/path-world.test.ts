import { describe, expect, it } from 'vitest';
import type { FollowedChunk, SeenIn } from '../../src/odometry/follow.js';
import { placedInMetres } from '../../src/odometry/path-world.js';
import { seededBy } from '../../src/odometry/random.js';
import { IDENTITY, length, minus, plus, times, type Vec3 } from '../../src/odometry/vectors.js';

const OPTIONS = { overlap: 4, heightM: 1.5, depthM: 3 };
const STEP_M = 0.1;
const PICTURES = 60;
/** Pictures that see no floor and share nothing. */
const [LOST, FOUND] = [24, 36];

/** A way straight ahead over a floor, whose unit becomes so many times as long where nothing is seen. */
function wayThatLoses(times_: number): FollowedChunk {
  const random = seededBy([7]);
  const between = (from: number, to: number): number => from + ((to - from) * random(1001)) / 1000;
  const unitOf = (picture: number): number => (picture < (LOST + FOUND) / 2 ? 1 : times_);
  const places: Vec3[] = [];
  const [points, views]: [Vec3[], SeenIn[][]] = [[], []];
  for (let picture = 0; picture < PICTURES; picture += 1) {
    const unit = unitOf(picture);
    const place = plus(places.at(-1) ?? [0, 0, 0], [0, 0, picture === 0 ? 0 : STEP_M / unit]);
    places.push(place);
    const isLost = picture >= LOST && picture < FOUND;
    for (let point = 0; point < 120; point += 1) {
      const y = point % 2 === 0 && !isLost ? between(1.47, 1.53) : between(-1, 1.2);
      points.push(plus(place, times(1 / unit, [between(-1, 1), y, between(1, 3)])));
      const seenBy = isLost ? [picture] : [picture, picture + 1].filter((each) => each < PICTURES);
      views.push(seenBy.map((frame) => ({ frame, keypoint: point })));
    }
  }
  const poses = places.map((position) => ({ rotation: IDENTITY, position }));
  return {
    ...{ poses, points, views, how: poses.map(() => 'seen' as const) },
    handover: { frames: [], poses: [], links: [], step: null },
  };
}

const stepsOf = (poses: readonly { position: Vec3 }[]): number[] =>
  poses.slice(1).map(({ position }, index) => length(minus(position, poses[index]?.position ?? position)));

describe('a chunk in metres', () => {
  it.each([0.2, 1, 5])('is as long as it was where its unit became %f times as long', (longer) => {
    const { poses, points, world } = placedInMetres(null, wayThatLoses(longer), OPTIONS);
    const steps = stepsOf(poses);
    for (const step of [...steps.slice(0, LOST - 6), ...steps.slice(FOUND + 6)])
      expect(Math.abs(step / STEP_M - 1)).toBeLessThan(0.05);
    expect(Math.abs(world.scale / longer - 1)).toBeLessThan(0.05);
    // the last picture's floor, below it and ahead
    expect(Math.abs((points.at(-2)?.[1] ?? NaN) - (poses.at(-1)?.position[1] ?? NaN) - 1.5)).toBeLessThan(
      0.1,
    );
  });

  it('is less sure of its metres where they were lost on the way', () => {
    const errorOf = (longer: number) => placedInMetres(null, wayThatLoses(longer), OPTIONS).world;
    expect(errorOf(5).overallError).toBeGreaterThan(1.5 * errorOf(1).overallError);
    expect(errorOf(5).scaleError).toBeLessThan(0.1);
  });

  it('has a place for what none of its own pictures sees', () => {
    const way = wayThatLoses(1);
    const { points } = placedInMetres(
      null,
      { ...way, views: way.views.map((v, i) => (i === 0 ? [] : v)) },
      OPTIONS,
    );
    expect(points.flat().every(Number.isFinite)).toBe(true);
  });
});
