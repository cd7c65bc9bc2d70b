import { describe, expect, it } from 'vitest';
import { atOnce } from '../../src/odometry/at-once.js';
import { seeingFrom } from '../../src/odometry/seen-from.js';
import { facing, hall, LENS, pictures, relatedPictures } from './made-up.js';

const EVERY = 3;
/** Ten pictures of a walk through a hall. */
const POSES = Array.from({ length: 10 }, (_, i) => facing(0.04 * i, [0.25 * i - 1, 0, 0.1 * i - 2]));
const FRAMES = POSES.filter((_, picture) => picture % EVERY === 0);
/** In metres, as a job gives them. */
const GIVEN = Float32Array.from(
  FRAMES.flatMap(({ rotation, position }) =>
    [0, 1, 2]
      .flatMap((row) => [...rotation.slice(3 * row, 3 * row + 3), position[row] ?? NaN])
      .concat([0, 0, 0, 1]),
  ),
);

describe('what pictures show along a path that is given', () => {
  it('lies where it is, in that path’s metres, and is seen by pictures without a given place too', () => {
    const world = hall(800);
    const seen = relatedPictures(pictures(POSES, world, { noise: 0.3 }));
    const found = atOnce(seeingFrom(GIVEN, seen, { lens: LENS, every: EVERY }));
    expect(found.length).toBeGreaterThan(100);
    const off = found
      .map(({ place }) =>
        Math.min(...world.map((each) => Math.hypot(...each.map((v, i) => v - (place[i] ?? NaN))))),
      )
      .toSorted((one, other) => one - other);
    expect(off[Math.floor(off.length / 2)]).toBeLessThan(0.1);
    expect(found.some(({ views }) => views.some(({ frame }) => frame % EVERY !== 0))).toBe(true);
  });
});
