import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layLabels, placeOf } from '../src/video/timeline-layout.js';

const sightings = fc.array(
  fc.record({ t_s: fc.double({ min: 0, max: 90, noNaN: true }), text: fc.string({ maxLength: 12 }) }),
);
const width = (text: string) => 3 + text.length;

describe('labels on the timeline', () => {
  it('never cover each other, nor leave it', () => {
    fc.assert(
      fc.property(sightings, fc.integer({ min: 1, max: 3 }), (items, rows) => {
        const laid = layLabels(items, 90, width, rows);
        for (const one of laid) {
          expect(one.at + width(one.text)).toBeLessThanOrEqual(100 + 1e-9);
          expect(one.row).toBeLessThan(rows);
          for (const other of laid.filter((each) => each !== one && each.row === one.row))
            expect(one.at + width(one.text) <= other.at || other.at + width(other.text) <= one.at).toBe(true);
        }
      }),
    );
  });

  it('are all laid where there are rows enough', () => {
    fc.assert(
      fc.property(sightings, (items) => {
        expect(layLabels(items, 90, width, items.length)).toHaveLength(items.length);
      }),
    );
  });

  it('begin at their moments', () => {
    const laid = layLabels([{ t_s: 45, text: 'bed' }], 90, width, 1);
    expect(laid).toEqual([{ t_s: 45, text: 'bed', at: 50, row: 0 }]);
  });
});

describe('a moment on the timeline', () => {
  it('lies between its ends, whatever the second', () => {
    expect([placeOf(-1, 10), placeOf(2.5, 10), placeOf(11, 10), placeOf(3, 0)]).toEqual([0, 25, 100, 0]);
  });
});
