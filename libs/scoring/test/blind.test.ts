import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestConstant,
  bestNumber,
  BlindBaseline,
  BlindText,
  constantScores,
  crossFitted,
  meanRelativeAccuracy,
  mostFrequent,
  sum,
  type KnownQuestion,
} from '../src/index.js';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const choice = (questionType: string, options: string[], truth: string): KnownQuestion => ({
  questionType,
  question: 'Which of these is nearest to the door?',
  options,
  truth,
});
const size = (thing: string, truth: string): KnownQuestion => ({
  questionType: 'object_size_estimation',
  question: `How long is the longest side of the ${thing}, in centimeters?`,
  options: null,
  truth,
});
const things = choice('object_rel_distance', ['A. sofa', 'B. lamp', 'C. shelf', 'D. coffee table'], 'A');

describe('the blind number', () => {
  it('is the one with the highest mean relative accuracy, not the mean or the median', () => {
    expect(bestNumber([2, 2, 2, 40])).toBe(2);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (truths) => {
          const worth = (guess: number) => sum(truths.map((truth) => meanRelativeAccuracy(guess, truth)));
          const best = worth(bestNumber(truths));
          return truths.every((guess) => worth(guess) <= best);
        },
      ),
    );
  });

  it('is one of the object asked about, in the singular or the plural, when asked about often enough', () => {
    const blind = new BlindBaseline([
      things,
      ...times(20, () => size('sofa', '200')),
      ...times(50, () => size('lamp', '40')),
      ...times(3, () => size('shelf', '90')),
    ]);
    const guess = (question: string) =>
      Number(blind.answer({ questionType: 'object_size_estimation', question, options: null }));
    expect(guess('What does the longest side of the sofa measure?')).toBe(200);
    expect(guess('How long are the lamps?')).toBe(40);
    expect(guess('How long are the shelves?')).toBe(40);
    expect(guess('How long is it?')).toBe(40);
  });

  it('takes the longer name where one is part of another', () => {
    const names = choice('object_rel_distance', ['A. table', 'B. coffee table'], 'A');
    const blind = new BlindBaseline([
      names,
      ...times(30, () => size('table', '150')),
      ...times(20, () => size('coffee table', '80')),
    ]);
    expect(Number(blind.answer(size('coffee table', '')))).toBe(80);
  });
});

describe('the blind choice', () => {
  it('is the option whose words were right most often when offered, wherever it stands', () => {
    const options = ['A. left', 'B. right', 'C. back'];
    const blind = new BlindBaseline(
      times(30, (index) => choice('object_rel_direction_medium', options, index < 20 ? 'B' : 'A')),
    );
    expect(blind.answer(choice('object_rel_direction_medium', ['A. right', 'B. back', 'C. left'], ''))).toBe(
      'A',
    );
  });

  it('is the letter that was right most often where the words are new', () => {
    const blind = new BlindBaseline(
      times(9, (index) =>
        choice('route_planning', [`A. way ${index}`, `B. other ${index}`], index < 6 ? 'B' : 'A'),
      ),
    );
    expect(blind.answer(choice('route_planning', ['A. one', 'B. two'], ''))).toBe('B');
  });

  it('orders things as they usually come', () => {
    const blind = new BlindBaseline(
      times(5, () => choice('obj_appearance_order', ['A. door, lamp, sofa', 'B. sofa, lamp, door'], 'A')),
    );
    expect(blind.answer(choice('obj_appearance_order', ['A. sofa, door', 'B. door, sofa'], ''))).toBe('B');
  });

  it('is nothing where nothing of the kind was known', () =>
    expect(new BlindBaseline([]).answer(size('sofa', ''))).toBe(''));
});

describe('the blind answer in words', () => {
  it('is the one given most often to questions that begin alike', () => {
    const blind = new BlindText([
      { question: 'What color is it?', references: ['brown', 'Brown'] },
      { question: 'What is it?', references: ['chair'] },
      { question: 'Is it on?', references: ['no', 'No.', 'no'] },
    ]);
    expect(blind.answer('What is behind me?')).toBe('brown');
    expect(blind.answer('Is there a door?')).toBe('no');
    expect(blind.answer('Can I see?')).toBe('no');
  });
});

describe('a constant answer', () => {
  it('is chosen for each question type by itself, however its truths are written', () => {
    const letters = ['B', 'a', 'A '].map((letter) =>
      choice('route_planning', ['A. left', 'B. right'], letter),
    );
    const sizes = ['40', '200', '200.0'].map((truth) => size('lamp', truth));
    expect(constantScores([...letters, ...sizes], mostFrequent)).toEqual([0, 1, 1, 0, 1, 1]);
  });

  it('of numbers need be no truth to be the best', () => {
    const sizes = ['100', '100', '195', '200', '205'].map((truth) => size('sofa', truth));
    expect(sum(constantScores(sizes, mostFrequent))).toBeLessThan(sum(constantScores(sizes, bestConstant)));
    expect(bestConstant('route_planning', ['B', 'A', 'A'])).toBe('A');
  });
});

describe('guesses without questions to learn from', () => {
  it('never know the scene that they are for, and leave none out', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1, maxLength: 30 }),
        (scenes) => {
          const questions = scenes.map((scene) => ({ scene }));
          const guesses = crossFitted(
            questions,
            (known) => (question) => known.some(({ scene }) => scene === question.scene),
          );
          expect(guesses === null).toBe(new Set(scenes).size < 2);
          if (guesses !== null)
            expect(questions.map((question) => guesses.get(question))).toEqual(questions.map(() => false));
        },
      ),
    ));
});
