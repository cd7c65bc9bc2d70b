import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchmarkChange, benchmarkScore, estimate, type ScoredTwice } from '../src/index.js';

const twice = (questionType: string, video: string, before: number, after: number): ScoredTwice => ({
  questionType,
  video,
  before,
  after,
});
const TYPES = [
  'object_counting',
  'room_size_estimation',
  'object_rel_direction_easy',
  'object_rel_direction_hard',
  'route_planning',
];
const score = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
const pair = (types = TYPES) =>
  fc.record({
    questionType: fc.constantFrom(...types),
    video: fc.constantFrom('a', 'b', 'c', 'd'),
    before: score,
    after: score,
  });

describe('the change between two answers to the same questions', () => {
  const change = benchmarkChange('vsi-bench', [
    ...[
      twice('object_counting', 'a', 1, 0.5),
      twice('object_counting', 'a', 0.5, 0.5),
      twice('object_counting', 'b', 0.25, 0.75),
    ],
    ...[twice('route_planning', 'a', 1, 1), twice('route_planning', 'b', 1, 0)],
    twice('camera_displacement', 'a', 0, 1),
  ]);

  it('is the mean of the differences, task by task, and their unweighted mean', () => {
    // counting −0.5, 0, 0.5; route 0, −1; the last is of another benchmark
    expect(change?.tasks.map(({ change: own }) => own?.change ?? null)).toEqual([
      0,
      null,
      null,
      null,
      null,
      null,
      -0.5,
      null,
    ]);
    expect(change?.macro).toMatchObject({ change: -0.25, questions: 5, videos: 2 });
  });

  it('has the standard error of a mean over videos', () => {
    // counting: a adds (−0.5 + 0) / 3, b 0.5 / 3; route: a 0.5 / 2, b −0.5 / 2
    expect(change?.tasks[0]?.change?.standardError).toBeCloseTo(Math.sqrt(2 * 2 * (1 / 6) ** 2));
    expect(change?.tasks[6]?.change?.standardError).toBeCloseTo(Math.sqrt(2 * 2 * (1 / 4) ** 2));
    // what one video loses in one task and gains in the other cancels: (−1/6 + 1/4) / 2
    expect(change?.macro.standardError).toBeCloseTo(Math.sqrt(2 * 2 * (1 / 24) ** 2));
  });

  it('is as sure as nothing where a question type is asked of one video alone', () => {
    expect(
      benchmarkChange('vsi-bench', [twice('object_counting', 'a', 0, 1), twice('object_counting', 'a', 1, 1)])
        ?.macro,
    ).toEqual({ change: 0.5, standardError: null, questions: 2, videos: 1 });
    expect(benchmarkChange('vsi-bench', [twice('camera_displacement', 'a', 0, 1)])).toBeNull();
  });

  it('is the difference of the macro averages', () =>
    fc.assert(
      fc.property(fc.array(pair(), { minLength: 1 }), (pairs) => {
        const macro = (side: 'before' | 'after') =>
          benchmarkScore(
            'vsi-bench',
            pairs.map((each) => ({ questionType: each.questionType, score: each[side] })),
          )!.macro.score;
        expect(benchmarkChange('vsi-bench', pairs)?.macro.change).toBeCloseTo(
          macro('after') - macro('before'),
        );
      }),
    ));

  it('has the ordinary standard error where every video has one question', () =>
    fc.assert(
      fc.property(fc.array(pair(['object_counting']), { minLength: 2 }), (pairs) => {
        const apart = pairs.map((each, index) => ({ ...each, video: String(index) }));
        expect(benchmarkChange('vsi-bench', apart)?.macro.standardError).toBeCloseTo(
          estimate(pairs.map(({ before, after }) => after - before)).standardError!,
        );
      }),
    ));

  it('is no surer when every question of a video is asked twice', () =>
    fc.assert(
      fc.property(fc.array(pair(), { minLength: 1 }), (pairs) => {
        const [once, again] = [
          benchmarkChange('vsi-bench', pairs)!.macro,
          benchmarkChange('vsi-bench', [...pairs, ...pairs])!.macro,
        ];
        expect(again.change).toBeCloseTo(once.change);
        expect(again.standardError === null).toBe(once.standardError === null);
        expect(again.standardError ?? 0).toBeCloseTo(once.standardError ?? 0);
      }),
    ));

  it('is nothing, surely, between equal answers', () =>
    fc.assert(
      fc.property(fc.array(pair(), { minLength: 1 }), (pairs) => {
        const { change: found, standardError } = benchmarkChange(
          'vsi-bench',
          pairs.map((each) => ({ ...each, after: each.before })),
        )!.macro;
        expect([found, standardError ?? 0]).toEqual([0, 0]);
      }),
    ));
});
