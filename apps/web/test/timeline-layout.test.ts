import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marksOf, placeOf, sightings } from '../src/video/timeline-layout.js';

const second = fc.double({ min: 0, max: 3600, noNaN: true });

describe('a moment on the timeline', () => {
  it('lies between its ends, whatever the second', () => {
    expect([placeOf(-1, 10), placeOf(2.5, 10), placeOf(11, 10), placeOf(3, 0)]).toEqual([0, 25, 100, 0]);
  });

  it('is marked once, in order, and later moments never lie before earlier ones', () => {
    fc.assert(
      fc.property(fc.array(second), fc.double({ min: 0.1, max: 3600, noNaN: true }), (times, duration) => {
        const marks = marksOf(times, duration);
        expect(marks.map(({ t_s }) => t_s)).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect(marks.every(({ at }, index) => at >= (marks[index - 1]?.at ?? 0))).toBe(true);
      }),
    );
  });
});

describe('first sightings', () => {
  it('names what comes into sight at a moment, each kind once', () => {
    const seen = [
      { object_id: '1', category: 'bed', t_s: 4 },
      { object_id: '2', category: 'chair', t_s: 2 },
      { object_id: '3', category: 'chair', t_s: 2 },
      { object_id: '4', category: 'lamp', t_s: 2 },
    ];
    expect(sightings(seen, 8)).toEqual([
      { t_s: 2, at: 25, names: ['chair', 'lamp'] },
      { t_s: 4, at: 50, names: ['bed'] },
    ]);
  });
});
