import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, meet, type Label } from '../src/map/label-layout.js';

const pixel = fc.integer({ min: 0, max: 300 });
const label: fc.Arbitrary<Label> = fc.record({
  x: pixel,
  y: pixel,
  width: fc.integer({ min: 20, max: 90 }),
  height: fc.constant(18),
  depth: fc.double({ min: 0.1, max: 30, noNaN: true }),
  lit: fc.boolean(),
});
const labels = fc.array(label, { maxLength: 40 });

/** The labels that are shown, where they stand. */
const shown = (all: readonly Label[]): Label[] =>
  layOut(all).flatMap((down, index) =>
    down === null ? [] : all.slice(index, index + 1).map((at) => ({ ...at, y: at.y + down })),
  );

describe('the labels of the map', () => {
  it('never meet', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const standing = shown(all);
        for (const [index, one] of standing.entries())
          for (const other of standing.slice(index + 1)) expect(meet(one, other)).toBe(false);
      }),
    );
  });

  it('give way only to another that stands there: each that is not shown would meet a shown one', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const standing = shown(all);
        for (const [index, down] of layOut(all).entries())
          if (down === null) expect(standing.some((other) => meet(all.at(index) ?? other, other))).toBe(true);
      }),
    );
  });

  it('stay in place unless they are lit', () => {
    fc.assert(
      fc.property(labels, (all) => {
        for (const [index, down] of layOut(all).entries())
          if (all[index]?.lit === false) expect([0, null]).toContain(down);
      }),
    );
  });

  it('show the nearer of two, a lit one before any, and a second lit one aside', () => {
    const at = (depth: number, lit = false): Label => ({ x: 50, y: 50, width: 40, height: 18, depth, lit });
    expect(layOut([at(3), at(2)])).toEqual([null, 0]);
    expect(layOut([at(3, true), at(2)])).toEqual([0, null]);
    expect(layOut([at(3, true), at(2, true)])).toEqual([-18, 0]);
  });
});
