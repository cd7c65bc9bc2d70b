import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectSegments } from '../src/segments.js';

describe('the segments of a chunk', () => {
  it('cover its frames once and in order, whatever was doubted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 32 }),
        (doubts) => {
          const segments = detectSegments({ frames: doubts.length, stepDoubt: Float32Array.from(doubts) });
          expect(segments.every(({ first, end }) => first < end)).toBe(true);
          expect(
            segments.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i)),
          ).toEqual([...doubts.keys()]);
        },
      ),
    );
  });

  const stepDoubt = new Float32Array(32).fill(0.1).with(0, 2).with(9, 0.44).with(20, 0.7).with(30, 0.46);
  const whole = { first: 0, end: 32 };
  const three = [
    { first: 0, end: 20 },
    { first: 20, end: 30 },
    { first: 30, end: 32 },
  ];

  it('begin where a step is doubtful, and doubtful beside the chunk’s others', () => {
    expect(detectSegments({ frames: 32, stepDoubt })).toEqual(three);
    expect(detectSegments({ frames: 32, stepDoubt: stepDoubt.map((doubt) => doubt + 0.1) })).toEqual([
      { first: 0, end: 20 },
      { first: 20, end: 32 },
    ]);
    expect(detectSegments({ frames: 1, stepDoubt: Float32Array.of(0) })).toEqual([{ first: 0, end: 1 }]);
  });

  it('do not depend on how fast the camera moves, but sure steps are no shot boundaries', () => {
    // at half the frame rate every step is more doubtful
    const slow = stepDoubt.with(9, 0.3);
    expect(detectSegments({ frames: 32, stepDoubt: slow.map((doubt) => 2 * doubt) })).toEqual(three);
    expect(detectSegments({ frames: 32, stepDoubt: slow.map((doubt) => doubt / 3) })).toEqual([whole]);
  });
});
