import type { QuizResult } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, BEGUN, currentIndex, next, numberIn, spoken, standing } from '../src/quiz/round.js';

const result = (score: number, loci: number | undefined, blind: number | null) =>
  ({
    score,
    loci: { status: loci === undefined ? 'queued' : 'answered', score: loci },
    blind: blind === null ? null : { score: blind },
  }) as QuizResult;

describe('a round', () => {
  it('looks at an answer before it goes on, and ends after as many as there are questions', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('A', 'B', '2')), (answers) => {
        let progress = BEGUN;
        for (const [index, answer] of answers.entries()) {
          expect(currentIndex(progress)).toBe(index);
          progress = answered(progress, answer);
          expect(currentIndex(progress)).toBe(index);
          progress = next(progress);
        }
        expect(currentIndex(progress)).toBe(answers.length);
        expect(progress.answers).toEqual(answers);
      }),
    );
  });

  it('has the mean points of each, over the questions whose score is known', () => {
    const results = [result(1, 0.5, 0), result(0, undefined, 1)];
    expect(standing(results)).toEqual({ person: 0.5, loci: 0.5, blind: 0.5 });
    expect(standing([result(1, undefined, null)])).toEqual({ person: 1, loci: null, blind: null });
  });
});

describe('an answer', () => {
  it('is a number however a person writes it', () => {
    expect(['2', ' 2.5 ', '2,5 m', '.5', '17 m²', '12 m2'].map(numberIn)).toEqual([2, 2.5, 2.5, 0.5, 17, 12]);
    expect(['', 'two', '-3', '1.2.3', '2 3'].map(numberIn)).toEqual([null, null, null, null, null]);
  });

  it('is said in words: those of an option, or a number with its unit', () => {
    expect(spoken({ options: ['A. left', 'right'], unit: null }, 'A')).toBe('left');
    expect(spoken({ options: ['A. left', 'right'], unit: null }, 'B')).toBe('right');
    expect(spoken({ options: null, unit: 'm' }, '2.5')).toBe('2.5 m');
    expect(spoken({ options: null, unit: null }, '3')).toBe('3');
    expect(spoken({ options: null, unit: null }, '2.000')).toBe('2');
    expect(spoken({ options: null, unit: 'm2' }, '22.411')).toBe('22.41 m²');
  });
});
