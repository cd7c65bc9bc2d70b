import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  benchmarkScore,
  calibration,
  estimate,
  horizonOf,
  QUESTION_TYPES,
  taskOf,
  unweighted,
} from '../src/index.js';

const answers = (questionType: string, ...scores: number[]) =>
  scores.map((score) => ({ questionType, score }));

describe('an estimate', () => {
  it('is the mean with the standard error of the mean', () => {
    expect(estimate([1, 0, 1, 0])).toEqual({ score: 0.5, standardError: Math.sqrt(1 / 3 / 4), questions: 4 });
    expect(estimate([1]).standardError).toBeNull();
    expect(() => estimate([])).toThrow(RangeError);
  });

  it('of several estimates counts each once, and adds their errors in squares', () => {
    const large = { score: 0.2, standardError: 0.03, questions: 100 };
    const small = { score: 0.6, standardError: 0.04, questions: 2 };
    expect(unweighted([large, small])).toEqual({ score: 0.4, standardError: 0.025, questions: 102 });
    expect(unweighted([large, { ...small, standardError: null }])?.standardError).toBeNull();
    expect(unweighted([])).toBeNull();
  });
});

describe('the averages of VSI-Bench', () => {
  const score = benchmarkScore('vsi-bench', [
    ...answers('object_counting', 1, 1, 1, 1, 1, 1),
    ...answers('object_rel_direction_easy', 1, 1, 1, 1),
    ...answers('object_rel_direction_medium', 0, 1),
    ...answers('object_rel_direction_hard', 0),
  ]);

  it('take the three relative directions together first: (1 + 0.5 + 0) / 3', () => {
    expect(score?.tasks.find(({ task }) => task.title === 'rel. direction')?.estimate?.score).toBeCloseTo(
      0.5,
    );
  });

  it('are the unweighted mean over tasks (macro) and the flat mean over questions (micro)', () => {
    expect(score?.macro.score).toBeCloseTo((1 + 0.5) / 2);
    expect(score?.micro.score).toBeCloseTo(11 / 13);
    expect(score?.macro.questions).toBe(13);
  });

  it('have the columns in the field’s order, empty where nothing was asked', () => {
    expect(score?.tasks.map(({ task }) => task.title)).toEqual([
      'object count',
      'abs. distance',
      'object size',
      'room size',
      'rel. distance',
      'rel. direction',
      'route plan',
      'appearance order',
    ]);
    expect(score?.tasks[1]?.estimate).toBeNull();
  });

  it('are the same when every task has the same score', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.constantFrom(...QUESTION_TYPES), { minLength: 1 }),
        (value, types) => {
          for (const benchmark of ['vsi-bench', 'vsti-bench'] as const) {
            const found = benchmarkScore(
              benchmark,
              types.flatMap((type) => answers(type, value)),
            );
            const asked = types.some((type) => taskOf(type).benchmark === benchmark);
            expect(found !== null).toBe(asked);
            for (const average of found === null ? [] : [found.macro, found.micro])
              expect(average.score).toBeCloseTo(value);
          }
        },
      ),
    ));
});

describe('the average of VSTI-Bench', () => {
  it('is the unweighted mean over the types that are present', () => {
    const score = benchmarkScore('vsti-bench', [
      ...answers('camera_displacement', 0.4, 0.6),
      ...answers('obj_obj_relative_pos_ud', 1),
      ...answers('object_counting', 0),
    ]);
    expect(score?.macro.score).toBeCloseTo(0.75);
    expect(score?.micro.score).toBeCloseTo(2 / 3);
  });
});

describe('the groups of a long horizon', () => {
  it('are under one minute, to two minutes, and over', () => {
    expect([10, 59.9, 60, 120, 120.1].map(horizonOf)).toEqual(['short', 'short', 'mid', 'mid', 'long']);
  });
});

describe('calibration', () => {
  it('is the gap between confidence and score, bin by bin, by the bins’ shares', () => {
    const found = calibration([
      { confidence: 0.95, score: 1 },
      { confidence: 0.95, score: 0 },
      { confidence: 0.15, score: 0 },
    ]);
    expect(found?.error).toBeCloseTo((2 * 0.45 + 0.15) / 3);
    expect(found?.bins[9]).toEqual({ from: 0.9, to: 1, questions: 2, confidence: 0.95, score: 0.5 });
    expect(found?.bins[5]).toMatchObject({ questions: 0, confidence: null, score: null });
  });

  it('is perfect where confidence is the score, a confidence of 1 included', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }),
        (values) =>
          (calibration(values.map((value) => ({ confidence: value, score: value })))?.error ?? 1) < 1e-9,
      ),
    ));

  it('does not exist without answers', () => expect(calibration([])).toBeNull());
});
