import type { Answer } from '@loci/contracts';
import { describe, expect, it } from 'vitest';
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
    understood: null,
    reason: null,
    message: null,
    evidence: [],
  },
  out_of_domain: { score: 1, flag: false },
  ...over,
});

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
