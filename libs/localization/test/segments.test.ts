import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectSegments } from '../src/segments.js';

const segmentsOf = (
  stepDoubt: Float32Array,
  still = new Uint8Array(stepDoubt.length),
  jumps: readonly number[] = [],
) => detectSegments({ frames: stepDoubt.length, stepDoubt, still }, jumps);

describe('the segments of a chunk', () => {
  it('cover its frames once and in order, whatever was doubted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 32 }),
        (doubts) => {
          const segments = segmentsOf(Float32Array.from(doubts));
          expect(segments.every(({ first, end }) => first < end)).toBe(true);
          expect(
            segments.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i)),
          ).toEqual([...doubts.keys()]);
        },
      ),
    );
  });

  /** Doubts of steps that go on, of this median and median deviation. */
  const ordinary = (usual: number, deviation: number): Float32Array =>
    Float32Array.from({ length: 32 }, (_, frame) => usual + deviation * ((frame % 3) - 1));
  const stepDoubt = ordinary(0.1, 0.03).with(0, 2).with(9, 0.44).with(20, 0.7).with(30, 0.46);
  const whole = { first: 0, end: 32 };
  const three = [
    { first: 0, end: 20 },
    { first: 20, end: 30 },
    { first: 30, end: 32 },
  ];

  it('begin where a step is doubtful, and doubtful beside the chunk’s others', () => {
    expect(segmentsOf(stepDoubt)).toEqual(three);
    const scattered = ordinary(0.2, 0.03).with(20, 0.7).with(30, 0.46);
    expect(segmentsOf(scattered)).toEqual([
      { first: 0, end: 20 },
      { first: 20, end: 32 },
    ]);
    expect(segmentsOf(Float32Array.of(0))).toEqual([{ first: 0, end: 1 }]);
  });

  it('begin where the picture jumps though every step is doubtful, if all are about as doubtful', () => {
    const jump = ordinary(0.28, 0.04).with(10, 0.81);
    expect(segmentsOf(jump)).toEqual([
      { first: 0, end: 10 },
      { first: 10, end: 32 },
    ]);
    expect(segmentsOf(ordinary(0.28, 0.09).with(10, 0.81))).toEqual([whole]);
  });

  it('begin where the picture is known to jump, also where no step is doubtful', () => {
    expect(segmentsOf(new Float32Array(32), undefined, [7, 31])).toEqual([
      { first: 0, end: 7 },
      { first: 7, end: 31 },
      { first: 31, end: 32 },
    ]);
    expect(segmentsOf(stepDoubt, undefined, [20])).toEqual(three);
  });

  it('do not depend on how fast the camera moves, but sure steps are no shot boundaries', () => {
    // at half the frame rate every step is more doubtful
    const slow = stepDoubt.with(9, 0.3);
    expect(segmentsOf(slow.map((doubt) => 2 * doubt))).toEqual(three);
    expect(segmentsOf(slow.map((doubt) => doubt / 3))).toEqual([whole]);
  });

  it('do not begin at a usual step because the picture stood still for the rest of the chunk', () => {
    const usual = new Float32Array(32).fill(0.5);
    const still = Uint8Array.from({ length: 32 }, (_, frame) => (frame > 8 ? 1 : 0));
    const pausing = usual.map((doubt, frame) => (still[frame] === 1 ? 0 : doubt));
    expect(segmentsOf(pausing, still)).toEqual([whole]);
  });
});
