import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applySim3,
  applySim3ToPoses,
  composeSim3,
  identitySim3,
  invertSim3,
  sim3ToMatrix,
  type Sim3,
} from '../src/geometry/sim3.js';
import { anyCloud, anySim3, distance, expectClose, rotationOf } from './geometry.js';

const matrixProduct = (a: number[], b: number[]): number[] =>
  Array.from({ length: 16 }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + a[4 * Math.floor(i / 4) + k]! * b[4 * k + (i % 4)]!, 0),
  );

describe('a Sim(3)', () => {
  it('composes like its matrices, inner first', () => {
    fc.assert(
      fc.property(anySim3, anySim3, anyCloud, (a, b, points) => {
        const both = composeSim3(a, b);
        expectClose(applySim3(both, points), applySim3(a, applySim3(b, points)), 1e-2);
        expectClose(sim3ToMatrix(both), matrixProduct(sim3ToMatrix(a), sim3ToMatrix(b)), 1e-6);
      }),
    );
  });

  it('composes associatively, and with the identity to itself', () => {
    fc.assert(
      fc.property(anySim3, anySim3, anySim3, (a, b, c) => {
        expectClose(
          sim3ToMatrix(composeSim3(composeSim3(a, b), c)),
          sim3ToMatrix(composeSim3(a, composeSim3(b, c))),
          1e-6,
        );
        expect(composeSim3(a, identitySim3())).toEqual(a);
        expect(composeSim3(identitySim3(), a)).toEqual(a);
      }),
    );
  });

  it('has an inverse on both sides', () => {
    fc.assert(
      fc.property(anySim3, (a) => {
        for (const both of [composeSim3(a, invertSim3(a)), composeSim3(invertSim3(a), a)])
          expectClose(sim3ToMatrix(both), sim3ToMatrix(identitySim3()), 1e-9);
      }),
    );
  });

  it('keeps proportions: all distances grow by its scale', () => {
    fc.assert(
      fc.property(anySim3, anyCloud, (sim, points) => {
        const moved = applySim3(sim, points);
        for (let i = 1; i < points.length / 3; i += 1)
          expect(distance(moved, 0, moved, i)).toBeCloseTo(sim.scale * distance(points, 0, points, i), 3);
      }),
    );
  });

  it('carries cameras as it carries what they see', () => {
    fc.assert(
      fc.property(anySim3, anySim3, anyCloud, (sim, camera, seen) => {
        const pose = { ...camera, scale: 1 };
        const [moved] = [applySim3ToPoses(sim, Float32Array.from(sim3ToMatrix(pose)))];
        const inChunk = applySim3(pose, seen);
        const rotation = [0, 1, 2, 4, 5, 6, 8, 9, 10].map((i) => moved[i]!);
        const world: Sim3 = { scale: sim.scale, rotation, translation: [moved[3]!, moved[7]!, moved[11]!] };
        expectClose(applySim3(world, seen), applySim3(sim, inChunk), 1e-2);
        expect([moved[12], moved[13], moved[14], moved[15]]).toEqual([0, 0, 0, 1]);
      }),
    );
  });

  it('survives JSON bit by bit', () => {
    fc.assert(
      fc.property(anySim3, anySim3, (a, b) => {
        for (const sim of [composeSim3(a, b), invertSim3(a), composeSim3(invertSim3(a), a)])
          expect(JSON.parse(JSON.stringify(sim))).toEqual(sim);
      }),
    );
  });

  it('turns about an axis the right way round', () => {
    const quarter = { scale: 2, rotation: rotationOf([0, 1, 0], Math.PI / 2), translation: [1, 2, 3] };
    expectClose(applySim3(quarter, Float32Array.of(0, 0, 1)), [3, 2, 3], 1e-6);
  });
});
