import { describe, expect, it } from 'vitest';
import { IDENTITY, apply, compose, type RigidTransform2D } from '../src/geometry/rigid-transform-2d.js';
import { doubtDrifted } from '../src/landmarks/drift.js';
import { isInDoubt, transformLandmarks, trusted } from '../src/landmarks/landmark.js';
import { mergeLandmarks } from '../src/landmarks/merge.js';
import { landmark, room } from './landmark-rows.js';

const early = room(5).map((each) => ({ ...each, lastSeen: 28 }));
const slip: RigidTransform2D = { cos: 0, sin: 1, x: 2, z: -1 };
const back: RigidTransform2D = {
  cos: 0,
  sin: -1,
  ...apply({ cos: 0, sin: -1, x: 0, z: 0 }, { x: -2, z: 1 }),
};
/** Seen in chunks after the slip, in the next room. */
const late = (x: number, z: number) =>
  landmark({ category: 9, ...apply(slip, { x, z }), weight: 20, news: 20, firstSeen: 56, lastSeen: 84 });
const seenFromSlip = transformLandmarks(early, slip);

describe('landmarks after a slip that a correction takes back', () => {
  it('are in doubt where they were seen first since, by as far as they may lie off', () => {
    expect(compose(back, slip)).toMatchObject({ cos: 1 });
    const [next] = [late(9, 0)];
    const after = doubtDrifted([...early, next], seenFromSlip, back);
    expect(trusted(after)).toEqual(early);
    expect(after.at(-1)?.drift).toBeCloseTo(Math.hypot(next.x - 9, next.z), 6);
  });

  it('are not kept a second time where they were known before', () => {
    const again = { ...early[0]!, ...apply(slip, early[0]!), firstSeen: 56, lastSeen: 84 };
    expect(doubtDrifted([...early, again], seenFromSlip, back)).toEqual(early);
  });

  it('are in no doubt where the correction is small, or nothing is found again', () => {
    const all = [...early, late(9, 0)];
    const shifted = { ...IDENTITY, x: 0.1 };
    expect(doubtDrifted(all, early, shifted)).toEqual(all);
    expect(doubtDrifted(all, [], back)).toEqual(all);
  });

  it('are the next object of their category that is seen anywhere they may be, and one of them each', () => {
    const doubted = doubtDrifted([...early, late(9, 0)], seenFromSlip, back);
    const seen = landmark({ category: 9, x: 9, z: 0, weight: 5, news: 5, firstSeen: 112, lastSeen: 112 });
    const once = mergeLandmarks(doubted, [seen]);
    expect(once).toHaveLength(doubted.length);
    expect(once.at(-1)).toMatchObject({ x: 9, z: 0, news: 25, drift: 0 });
    expect(once.some(isInDoubt)).toBe(false);
    expect(mergeLandmarks(once, [{ ...seen, x: 11 }])).toHaveLength(doubted.length + 1);
  });

  it('are first those that a sighting lies near, then those that lie off', () => {
    const doubted = [{ ...late(9, 0), x: 9, z: 0, drift: 5 }];
    const [near, far] = [9.1, 10.2].map((x) => landmark({ category: 9, x, z: 0, weight: 5, news: 5 }));
    const merged = mergeLandmarks(doubted, [far!, near!]);
    expect(merged.map(({ x, news }) => [x, news])).toEqual([
      [9.1, 25],
      [10.2, 5],
    ]);
  });
});
