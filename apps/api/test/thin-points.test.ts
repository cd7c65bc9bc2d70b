import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinPoints } from '../src/memories/thin-points.js';

const within = fc.double({ min: -20, max: 20, noNaN: true });
const anyPoints = fc.array(
  fc.record({
    position: fc.tuple(within, within, within),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    name: fc.nat(),
  }),
  { maxLength: 120 },
);
const anyVoxel = fc.double({ min: 0.01, max: 5, noNaN: true });

describe('thinning points', () => {
  it('leaves at most as many as wanted, of those that were given, in their order', () => {
    fc.assert(
      fc.property(anyPoints, anyVoxel, fc.integer({ min: 1, max: 50 }), (points, voxel, max) => {
        const left = thinPoints(points, voxel, max);
        expect(left.length).toBeLessThanOrEqual(max);
        expect(left.length > 0).toBe(points.length > 0);
        const places = left.map((point) => points.indexOf(point));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(places).not.toContain(-1);
      }),
    );
  });

  it('keeps a point near every point that it drops', () => {
    fc.assert(
      fc.property(anyPoints, anyVoxel, (points, voxel) => {
        const left = thinPoints(points, voxel, points.length + 1);
        for (const { position } of points)
          expect(
            left.some((kept) =>
              kept.position.every((value, axis) => Math.abs(value - position[axis]!) <= voxel * (1 + 1e-9)),
            ),
          ).toBe(true);
      }),
    );
  });

  it('keeps the point that is trusted most, and the first of equals', () => {
    const at = (confidence: number, name: string) => ({
      position: [0.1, 0.1, 0.1] as [number, number, number],
      confidence,
      name,
    });
    expect(thinPoints([at(0.2, 'a'), at(0.9, 'b'), at(0.9, 'c')], 1, 9).map(({ name }) => name)).toEqual([
      'b',
    ]);
    expect(
      thinPoints([{ position: [0, 0, 0] }, { position: [0, 0, 0.5] }, { position: [0, 0, 3] }], 1, 9),
    ).toHaveLength(2);
  });

  it('ends with one point when one is wanted, on all sides of the origin', () => {
    const corners = [-5, 5].flatMap((x) =>
      [-5, 5].flatMap((y) => [-5, 5].map((z) => ({ position: [x, y, z] as [number, number, number] }))),
    );
    expect(thinPoints(corners, 0.05, 1)).toHaveLength(1);
  });

  it('leaves out what is no place', () => {
    expect(
      thinPoints(
        [{ position: [NaN, 0, 0] }, { position: [0, Infinity, 0] }, { position: [1, 2, 3] }],
        0.1,
        9,
      ),
    ).toEqual([{ position: [1, 2, 3] }]);
  });

  it('refuses voxels and numbers that thin nothing', () => {
    expect(() => thinPoints([], 0, 9)).toThrow(RangeError);
    expect(() => thinPoints([], 1, 0)).toThrow(RangeError);
  });
});
