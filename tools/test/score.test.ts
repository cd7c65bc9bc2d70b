import type { Answer } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quarterRatio } from '../src/bench/statistics.js';
import { score } from '../src/demo/score.js';

const answer = (over: Partial<Answer>): Answer => ({
  ...{
    text: '',
    kind: 'text',
    value: null,
    unit: null,
    choice: null,
    confidence: 1,
    trace: [],
    supported: true,
    evidence: [],
  },
  out_of_domain: { score: 1, flag: false },
  ...over,
});
const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });

describe('the mark of an answer', () => {
  it('compares choices by their letter, in either case', () => {
    expect(score(answer({ kind: 'choice', choice: 'b', text: 'b' }), 'B')).toEqual({
      right: true,
      mra: null,
    });
    expect(score(answer({ kind: 'choice', choice: 'C', text: 'c' }), 'B')).toEqual({
      right: false,
      mra: null,
    });
  });
  it('calls a number right from a mean relative accuracy of one half', () => {
    expect(score(answer({ kind: 'number', value: 2.9 }), '2.79')).toEqual({ right: true, mra: 1 });
    expect(score(answer({ kind: 'number', value: 4 }), '3').right).toBe(false);
  });
  it('gives nothing for a text where a number was asked', () =>
    expect(score(answer({ text: 'many' }), '3')).toEqual({ right: false, mra: 0 }));
});

describe('the statistics of the benches', () => {
  it('finds the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
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
});
