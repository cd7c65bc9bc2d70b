import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DegenerateAlignmentError } from '../src/errors.js';
import { alignPoints } from '../src/geometry/align.js';
import { applySim3, type Sim3 } from '../src/geometry/sim3.js';
import { anySeed, anySim3, errorOf, overlapOf, type Overlap } from './geometry.js';

const align = ({ source, target, weights }: Overlap, scale = true): Sim3 =>
  alignPoints(source, target, weights, { scale });

const determinant = (r: number[]): number =>
  r[0]! * (r[4]! * r[8]! - r[5]! * r[7]!) -
  r[1]! * (r[3]! * r[8]! - r[5]! * r[6]!) +
  r[2]! * (r[3]! * r[7]! - r[4]! * r[6]!);

/** Each run is an alignment of 192 points, some of them dozens of rounds. */
const RUNS = { numRuns: 20 };

describe('aligning the points that two chunks share', () => {
  it('finds the transform to a hundredth of a millimetre when the points are exact', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        expect(errorOf(align(overlapOf(sim, { seed })), sim)).toBeLessThan(5e-5);
      }),
      RUNS,
    );
  });

  it('finds it from three points', () => {
    fc.assert(
      fc.property(anySim3, (sim) => {
        const source = Float32Array.of(0, 0, 1, 2, 0, 3, -1, 1, 2);
        const found = alignPoints(source, applySim3(sim, source), Float32Array.of(1, 0.5, 0.2), {
          scale: true,
        });
        expect(errorOf(found, sim)).toBeLessThan(2e-3);
      }),
      RUNS,
    );
  });

  it('averages noise out: 5 cm a point and axis, 192 points, within 8 cm in every corner of the room', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        expect(errorOf(align(overlapOf(sim, { seed, noise: 0.05 })), sim)).toBeLessThan(0.08);
      }),
      RUNS,
    );
  });

  it('is not led astray by 40 % of the points being metres off', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        expect(errorOf(align(overlapOf(sim, { seed, noise: 0.05, outliers: 0.4 })), sim)).toBeLessThan(0.12);
        expect(
          errorOf(align(overlapOf({ ...sim, scale: 1 }, { seed, noise: 0.05, outliers: 0.4 }), false), {
            ...sim,
            scale: 1,
          }),
        ).toBeLessThan(0.12);
      }),
      RUNS,
    );
  });

  it('is not led astray by a thing that moved: 30 % of the points shifted together', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        const overlap = overlapOf(sim, { seed, noise: 0.02 });
        overlap.target.forEach(
          (value, i) => (overlap.target[i] = i < 0.3 * overlap.target.length ? value + 2 * sim.scale : value),
        );
        expect(errorOf(align(overlap), sim)).toBeLessThan(0.06);
      }),
      RUNS,
    );
  });

  it('keeps the scale of metric models at exactly 1', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        expect(align(overlapOf(sim, { seed, noise: 0.05 }), false).scale).toBe(1);
      }),
      RUNS,
    );
  });

  it('never mirrors, not even for mirrored or flat points', () => {
    fc.assert(
      fc.property(anySim3, anySeed, fc.boolean(), (sim, seed, flat) => {
        const { source, weights } = overlapOf(sim, { seed });
        const shaped = source.map((value, i) => (flat && i % 3 === 0 ? 2 : value));
        const mirrored = applySim3(
          sim,
          shaped.map((value, i) => (i % 3 === 2 ? -value : value)),
        );
        expect(determinant(alignPoints(shaped, mirrored, weights, { scale: true }).rotation)).toBeCloseTo(
          1,
          9,
        );
      }),
      RUNS,
    );
  });

  it('finds the transform of points on one wall', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        const { source, weights } = overlapOf(sim, { seed });
        const wall = source.map((value, i) => (i % 3 === 2 ? 3 : value));
        expect(errorOf(alignPoints(wall, applySim3(sim, wall), weights, { scale: true }), sim)).toBeLessThan(
          1e-3,
        );
      }),
      RUNS,
    );
  });

  it('looks only at points that have weight and are numbers', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        const { source, target, weights } = overlapOf(sim, { seed, noise: 0.05 });
        const clean = alignPoints(source.slice(12), target.slice(12), weights.slice(4), { scale: true });
        source.set([NaN, 0, 0], 0);
        target.set([0, Infinity, 0], 3);
        weights.set([0, -1], 2);
        expect(alignPoints(source, target, weights, { scale: true })).toEqual(clean);
      }),
      RUNS,
    );
  });

  it('gives the same bits for the same points, also through JSON', () => {
    fc.assert(
      fc.property(anySim3, anySeed, (sim, seed) => {
        const overlap = overlapOf(sim, { seed, noise: 0.05, outliers: 0.2 });
        const found = align(overlap);
        expect(JSON.parse(JSON.stringify(align(structuredClone(overlap))))).toEqual(found);
      }),
      RUNS,
    );
  });
});

describe('points that no transform can be read from', () => {
  const ones = (n: number): Float32Array => new Float32Array(n).fill(1);
  const line = Float32Array.from({ length: 30 }, (_, i) => Math.floor(i / 3) * [1, 2, -1][i % 3]!);
  const cloud = overlapOf(
    { scale: 1, rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] },
    { seed: 1, n: 10 },
  ).source;

  it.each([
    ['none', new Float32Array(0), new Float32Array(0), ones(0)],
    ['two', cloud.slice(0, 6), cloud.slice(0, 6), ones(2)],
    ['without weight', cloud, cloud, new Float32Array(10)],
    ['of which two have weight', cloud, cloud, Float32Array.from({ length: 10 }, (_, i) => (i < 2 ? 1 : 0))],
    ['that are no numbers', new Float32Array(30).fill(NaN), cloud, ones(10)],
    ['in one place', new Float32Array(30).fill(2), cloud, ones(10)],
    ['that are led to one place', cloud, new Float32Array(30).fill(2), ones(10)],
    ['on one line', line, line, ones(10)],
    ['on one line in one of the frames', cloud, line, ones(10)],
  ])('are refused: %s', (_, source, target, weights) => {
    for (const scale of [true, false])
      expect(() => alignPoints(source, target, weights, { scale })).toThrow(DegenerateAlignmentError);
  });

  it('are told from arrays that do not belong together', () => {
    expect(() => alignPoints(cloud, cloud, ones(9), { scale: true })).toThrow(RangeError);
    expect(() => alignPoints(cloud, cloud.slice(3), ones(10), { scale: true })).toThrow(RangeError);
  });
});
