import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { meanRelativeAccuracy, scoreAnswer } from '../src/index.js';

/** Cases that training is held to as well (training/tests/test_scoring.py). */
const { numbers, answers } = JSON.parse(
  readFileSync(new URL('fixtures/mean-relative-accuracy.json', import.meta.url), 'utf8'),
) as {
  numbers: { predicted: number; truth: number; accuracy: number }[];
  answers: { question_type: string; answer: string; truth: string; score: number }[];
};

describe('what training scores too', () => {
  it.each(numbers)('gives $predicted for $truth the accuracy $accuracy', ({ predicted, truth, accuracy }) =>
    expect(meanRelativeAccuracy(predicted, truth)).toBeCloseTo(accuracy, 12),
  );

  it.each(answers)(
    'gives “$answer” for $truth of $question_type the score $score',
    ({ question_type, answer, truth, score }) =>
      expect(scoreAnswer(question_type, answer, truth)).toBeCloseTo(score, 12),
  );
});
