import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthRatio, median, percentile, quarterRatio } from '../src/statistics.js';

const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });

describe('the statistics of the benches', () => {
  it('finds the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
  it('finds what a share of the values stays below', () => {
    expect(percentile([3, 1, 2, 4], 0.5)).toBe(2);
    expect(
      percentile(
        Array.from({ length: 100 }, (_, i) => i + 1),
        0.99,
      ),
    ).toBe(99);
    expect(percentile([7], 0.99)).toBe(7);
  });
  it('compares the last quarter with the first', () => {
    expect(quarterRatio([1, 1, 5, 5, 5, 5, 2, 2])).toBe(2);
    fc.assert(
      fc.property(
        positive,
        fc.integer({ min: 1, max: 50 }),
        (value, length) => Math.abs(quarterRatio(Array.from({ length }, () => value)) - 1) < 1e-9,
      ),
    );
  });
  it('compares the last quarter with a stretch behind the beginning', () => {
    expect(growthRatio([9, 9, 2, 2, 3, 3, 4, 4], 2, 4)).toBe(2);
    expect(growthRatio([1, 2], 1, 2)).toBe(1);
  });
});
