import { describe, expect, it } from 'vitest';
import { seededBy } from '../../src/odometry/random.js';
import { resect, stepAlong } from '../../src/odometry/resection.js';
import { project } from '../../src/odometry/triangulation.js';
import { length, minus, multiply, transpose, type Vec3 } from '../../src/odometry/vectors.js';
import { angleOf, facing, hall, turned } from './made-up.js';

const ERROR = 1 / 400;
const TRUE = facing(0.4, [1, 0.1, -0.5]);

/** Points that the camera sees, of which every third is told to be elsewhere. */
function seenPoints(wrongEvery: number) {
  const points = hall(400).filter((point) => {
    const { u, v, depth } = project(TRUE, point);
    return depth > 0.5 && Math.abs(u) < 0.6 && Math.abs(v) < 0.5;
  });
  const seen = points.flatMap((point) => {
    const { u, v } = project(TRUE, point);
    return [u, v];
  });
  const told = points.map((point, i): Vec3 =>
    i % wrongEvery === 0 ? [-point[2], point[1], point[0]] : point,
  );
  return { points: told, seen: Float64Array.from(seen) };
}

describe('the place of a camera that sees known points', () => {
  it('is found from a rotation that is nearly right, though every third point is wrong', () => {
    const nearly = multiply(TRUE.rotation, turned(0.01, -0.02, 0.01));
    const found = resect(seenPoints(3), [turned(1, 1, 0), nearly], ERROR, seededBy([1]));
    expect(length(minus(found?.pose.position ?? [9, 9, 9], TRUE.position))).toBeLessThan(1e-3);
    const turn = multiply(transpose(TRUE.rotation), found?.pose.rotation ?? turned(1, 0, 0));
    expect(angleOf(turn)).toBeLessThan(0.05);
    expect(found?.inliers.length).toBeGreaterThan(0.6 * seenPoints(3).points.length);
  });

  it('is not told by three points', () => {
    const { points, seen } = seenPoints(1000);
    const few = { points: points.slice(0, 3), seen: seen.subarray(0, 6) };
    expect(resect(few, [TRUE.rotation], ERROR, seededBy([1]))).toBeNull();
  });

  it('lies as far along a known direction as its points say, though every third is wrong', () => {
    const before = { rotation: TRUE.rotation, position: [1, 0.1, -0.9] as const };
    expect(stepAlong(before, [0, 0, 1], seenPoints(3))).toBeCloseTo(0.4, 1);
    expect(stepAlong(before, [0, 0, 1], { points: [], seen: new Float64Array(0) })).toBeNull();
  });
});
