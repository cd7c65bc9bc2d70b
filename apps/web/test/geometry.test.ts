import type { Vec3 } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floorHeight, gapBetween, hitDistance, pickPoint, poseAt, type Box } from '../src/map/geometry.js';

const metre = fc.integer({ min: -200, max: 200 }).map((tenths) => tenths / 10);
const extent = fc.integer({ min: 1, max: 50 }).map((tenths) => tenths / 10);
const place: fc.Arbitrary<Vec3> = fc.tuple(metre, metre, metre);
const box: fc.Arbitrary<Box> = fc.record({ position: place, size: fc.tuple(extent, extent, extent) });
const distance = (a: Vec3, b: Vec3) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const point = (...position: Vec3): Box => ({ position, size: [0, 0, 0] });
/** A place of a box, by shares of its sides. */
const inside = ({ position, size }: Box, shares: Vec3): Vec3 => [
  position[0] + size[0] * shares[0],
  position[1] + size[1] * shares[1],
  position[2] + size[2] * shares[2],
];
const share = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const shares: fc.Arbitrary<Vec3> = fc.tuple(share, share, share);

describe('the gap between two things', () => {
  it('is never longer than the way between any two of their places', () => {
    fc.assert(
      fc.property(box, box, shares, shares, (a, b, inA, inB) => {
        const { metres } = gapBetween(a, b);
        expect(metres).toBeLessThanOrEqual(distance(inside(a, inA), inside(b, inB)) + 1e-9);
      }),
    );
  });

  it('is as long from either side, and joins one to the other', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const gap = gapBetween(a, b);
        expect(gapBetween(b, a).metres).toBeCloseTo(gap.metres, 9);
        expect(gapBetween(a, point(...gap.from)).metres).toBeCloseTo(0, 9);
        expect(gapBetween(b, point(...gap.to)).metres).toBeCloseTo(0, 9);
      }),
    );
  });

  it('is measured between their closest places', () => {
    const bed: Box = { position: [0, 0, 0], size: [2, 1, 1] };
    expect(gapBetween(bed, point(4, 0, 0))).toEqual({ from: [1, 0, 0], to: [4, 0, 0], metres: 3 });
  });
});

describe('a click into the map', () => {
  it('hits the box that it was aimed at', () => {
    fc.assert(
      fc.property(box, place, shares, (target, origin, shares_) => {
        const aim = inside(target, [shares_[0] * 0.9, shares_[1] * 0.9, shares_[2] * 0.9]);
        const far = distance(origin, aim);
        fc.pre(far > 1e-3);
        const direction = aim.map((value, axis) => (value - origin[axis]!) / far) as Vec3;
        const hit = hitDistance({ origin, direction }, target);
        expect(hit).not.toBeNull();
        expect(hit).toBeLessThanOrEqual(far + 1e-9);
      }),
    );
  });

  it('misses a box beside it, and one behind it', () => {
    const ray = { origin: [0, 0, 0] as Vec3, direction: [0, 0, 1] as Vec3 };
    expect(hitDistance(ray, { position: [2, 0, 5], size: [1, 1, 1] })).toBeNull();
    expect(hitDistance(ray, { position: [0, 0, -5], size: [1, 1, 1] })).toBeNull();
    expect(hitDistance(ray, { position: [0, 0, 5], size: [1, 1, 1] })).toBe(4.5);
  });

  it('takes the nearest of the points near its line', () => {
    const ray = { origin: [0, 0, 0] as Vec3, direction: [0, 0, 1] as Vec3 };
    const points: Vec3[] = [
      [0, 0, 9],
      [0.01, 0, 3],
      [1, 0, 1],
      [0, 0, -1],
    ];
    expect(pickPoint(points, ray, 0.05)).toBe(1);
    expect(pickPoint([[1, 0, 1]], ray, 0.05)).toBe(-1);
  });
});

describe('the camera in the map', () => {
  const trajectory = [
    { t_s: 0, position: [0, 0, 0] as Vec3, forward: [0, 0, 1] as Vec3 },
    { t_s: 1, position: [2, 0, 0] as Vec3, forward: [1, 0, 0] as Vec3 },
  ];

  it('stands between the two frames around the moment', () => {
    const pose = poseAt(trajectory, 0.5);
    expect(pose?.position).toEqual([1, 0, 0]);
    expect(pose?.forward[0]).toBeCloseTo(Math.SQRT1_2);
    expect(pose?.forward[2]).toBeCloseTo(Math.SQRT1_2);
  });

  it('stays at the ends of its way', () => {
    expect(poseAt(trajectory, -1)?.position).toEqual([0, 0, 0]);
    expect(poseAt(trajectory, 7)?.position).toEqual([2, 0, 0]);
    expect(poseAt([], 1)).toBeNull();
  });
});

describe('the floor', () => {
  it('is where the points of the floor are, and strays below do not move it', () => {
    const at = (y: number, category?: string) => ({
      position: [0, y, 0] as Vec3,
      rgb: [0, 0, 0] as [number, number, number],
      ...(category === undefined ? {} : { category }),
    });
    const up: Vec3 = [0, -1, 0];
    expect(floorHeight({ up, points: [at(1.5, 'floor'), at(9, 'bed'), at(0)] })).toBe(-1.5);
    const unnamed = [at(30), ...Array.from({ length: 99 }, () => at(1.5))];
    expect(floorHeight({ up, points: unnamed })).toBe(-1.5);
  });
});
