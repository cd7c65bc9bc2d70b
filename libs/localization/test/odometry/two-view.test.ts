import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutualNearest } from '../../src/odometry/matching.js';
import { relate } from '../../src/odometry/relations.js';
import type { Pose } from '../../src/odometry/index.js';
import { applyTransposed, minus, multiply, transpose, type Vec3 } from '../../src/odometry/vectors.js';
import { angleOf, between, facing, hall, LENS, pictures, turned } from './made-up.js';

const HALL = hall();
const START = facing(0.3, [0, 0, 0]);

/** What is found of a motion, and by how many degrees it is wrong. */
function found(to: Pose, making: Parameters<typeof pictures>[2] = {}) {
  const [a, b] = pictures([START, to], HALL, making);
  if (a === undefined || b === undefined) throw new Error('two pictures are made');
  const relation = relate([a, b], [0, 1], LENS, 1, mutualNearest(a, b));
  if (relation === null) return null;
  const turn = multiply(transpose(START.rotation), to.rotation);
  const way = applyTransposed(START.rotation, minus(to.position, START.position));
  return {
    relation,
    turnDeg: angleOf(multiply(transpose(turn), relation.rotation)),
    directionDeg: between(relation.direction, way),
  };
}

const moved = (position: Vec3, x = 0, y = 0, z = 0): Pose => ({
  rotation: multiply(START.rotation, turned(x, y, z)),
  position,
});

describe('the motion between two pictures', () => {
  it('is a turn and a direction, exact where the keypoints are', () => {
    const motion = found(moved([0.4, 0.1, 0.3], 0.05, -0.1, 0.02));
    expect(motion?.turnDeg).toBeLessThan(0.01);
    expect(motion?.directionDeg).toBeLessThan(0.1);
    expect(motion?.relation.isTurn).toBe(false);
  });

  it('is a turn alone where the camera only turned', () => {
    const motion = found(moved([0, 0, 0], 0.02, 0.25, 0), { noise: 1 });
    expect(motion?.turnDeg).toBeLessThan(0.15);
    expect(motion?.relation.isTurn).toBe(true);
  });

  it('is none of a camera that stands still', () => {
    const motion = found(START, { noise: 1 });
    expect(angleOf(motion?.relation.rotation ?? turned(1, 1, 1))).toBeLessThan(0.15);
    expect(motion?.relation.isTurn).toBe(true);
  });

  it('is a direction alone where the camera does not turn', () => {
    const motion = found(moved([-0.3, 0, 0.1]), { noise: 1 });
    expect(motion?.turnDeg).toBeLessThan(0.3);
    expect(motion?.directionDeg).toBeLessThan(8);
  });

  it('does not mind that two of five matches are wrong', () => {
    const motion = found(moved([0.4, 0, 0.3], 0, 0.15, 0), { noise: 0.7, wrong: 0.25 });
    expect(motion?.turnDeg).toBeLessThan(0.5);
    expect(motion?.directionDeg).toBeLessThan(6);
  });

  it('is not told of few matches, nor of pictures that show different things', () => {
    expect(found(moved([0.3, 0, 0]), { most: 12 })).toBeNull();
    expect(found(moved([0, 0, 0], 0, Math.PI, 0))).toBeNull();
    expect(found(moved([0.3, 0, 0]), { most: 0 })).toBeNull();
  });

  it('is the same bits each time', () => {
    const to = moved([0.2, 0, 0.2], 0, 0.1, 0);
    const making = { noise: 1, wrong: 0.3 };
    expect(found(to, making)).toEqual(found(to, making));
  });

  it('is found whatever it is, within the noise', () => {
    const side = (reach: number) => fc.double({ min: -reach, max: reach, noNaN: true });
    fc.assert(
      fc.property(side(0.2), side(0.4), side(0.2), side(1), side(1), (x, y, z, bearing, climb) => {
        const position: Vec3 = [0.5 * Math.sin(3 * bearing), 0.2 * climb, 0.5 * Math.cos(3 * bearing)];
        const motion = found(moved(position, x, y, z), { noise: 0.5, wrong: 0.1 });
        expect(motion?.turnDeg).toBeLessThan(0.6);
        expect(motion?.directionDeg).toBeLessThan(10);
      }),
      { numRuns: 20, seed: 4 },
    );
  });
});
