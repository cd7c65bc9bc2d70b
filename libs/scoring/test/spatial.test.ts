import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstWord, meanRelativeAccuracy, numberIn, scoreAnswer, taskOf } from '../src/index.js';

const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });

describe('mean relative accuracy', () => {
  it('is 1 when the number is right, whatever it is', () =>
    fc.assert(fc.property(positive, (truth) => meanRelativeAccuracy(truth, truth) === 1)));

  it('is 0 from a relative error above one half', () =>
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 0.51, max: 100, noNaN: true }),
        (truth, error) => meanRelativeAccuracy(truth * (1 + error), truth) === 0,
      ),
    ));

  it('counts a threshold that is just reached (≤, not <)', () => {
    expect(meanRelativeAccuracy(1.5, 1)).toBe(0.1);
    expect(meanRelativeAccuracy(1.05, 1)).toBe(1);
    expect(meanRelativeAccuracy(0.9, 1)).toBe(0.9);
    expect(meanRelativeAccuracy(1.51, 1)).toBe(0);
  });

  it('is by hand: 2.4 for 2 is off by 20 %, within the seven thresholds from 0.50 to 0.80', () =>
    expect(meanRelativeAccuracy(2.4, 2)).toBe(0.7));

  it('never grows when the error does, and does not depend on the unit', () =>
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (truth, near, far) => {
          const [small, large] = near < far ? [near, far] : [far, near];
          return (
            meanRelativeAccuracy(truth * (1 + small), truth) >=
            meanRelativeAccuracy(truth * (1 + large), truth)
          );
        },
      ),
    ));

  it('takes only zero for zero', () => {
    expect(meanRelativeAccuracy(0, 0)).toBe(1);
    expect(meanRelativeAccuracy(0.1, 0)).toBe(0);
  });
});

describe('what is compared of an answer', () => {
  it('is its first word, without the dot at its end', () => {
    expect(firstWord('B. the chair')).toBe('B');
    expect(firstWord('  4. ')).toBe('4');
    expect(firstWord('2.5 meters')).toBe('2.5');
    expect(firstWord('')).toBe('');
  });

  it('is a number only when the whole word is one', () => {
    for (const [word, value] of [
      ['3', 3],
      ['-0.5', -0.5],
      ['.5', 0.5],
      ['3.', 3],
      ['1e2', 100],
    ] as const)
      expect(numberIn(word)).toBe(value);
    for (const word of ['', ' ', 'three', '0x10', '3m', 'Infinity', 'nan', '1,5', '1e999'])
      expect(numberIn(word)).toBeNull();
  });
});

describe('the score of an answer', () => {
  it('is 1 for the right letter, in either case, and 0 for another or for the option’s words', () => {
    expect(scoreAnswer('object_rel_distance', 'b. sofa', 'B')).toBe(1);
    expect(scoreAnswer('object_rel_distance', 'A', 'B')).toBe(0);
    expect(scoreAnswer('object_rel_distance', 'sofa', 'B')).toBe(0);
    expect(scoreAnswer('object_rel_distance', '', 'B')).toBe(0);
  });

  it('is the mean relative accuracy of a number, and 0 for what does not parse', () => {
    expect(scoreAnswer('object_abs_distance', '2.4 m', '2')).toBe(0.7);
    expect(scoreAnswer('object_counting', 'two', '2')).toBe(0);
    expect(scoreAnswer('object_counting', '', '0')).toBe(0);
  });

  it('compares choices of VSTI-Bench by their letter and its numbers as numbers', () => {
    expect(scoreAnswer('camera_movement_direction', 'C', 'C')).toBe(1);
    expect(scoreAnswer('camera_displacement', '1.05', '1.0')).toBe(1);
    expect(taskOf('camera_obj_rel_dist_v2')).toEqual({ benchmark: 'vsti-bench', kind: 'choice' });
  });

  it('does not exist for a question type that is unknown, or for a number without a truth', () => {
    expect(() => scoreAnswer('object_colour', 'red', 'red')).toThrow(RangeError);
    expect(() => scoreAnswer('object_counting', '3', 'three')).toThrow(/no number/);
  });
});
