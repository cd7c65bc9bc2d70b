import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { examplesSchema, type Answer, type Example } from '@loci/contracts';
import { inRoot } from '@loci/host';
import { scoreAnswer, taskOf } from '@loci/scoring';
import { describe, expect, it } from 'vitest';
import type { EvalQuestion } from '../src/dataset/dataset.js';
import { openDataset } from '../src/dataset/open.js';
import { chosen, toAsk } from '../src/examples/choose.js';
import { whyWrong } from '../src/examples/why-wrong.js';

const ROOM = [
  { category: 'bed', position: [1, 2] as [number, number], first_seen_s: 0 },
  { category: 'lamp', position: [0, 0] as [number, number], first_seen_s: 1 },
];
const at = (category: string, x: number, z: number): Answer['trace'] => [
  { text: category, category, position: [x, 0, z] },
];
const why = (trace: Answer['trace'], questionType = 'object_abs_distance') =>
  whyWrong(questionType, { message: null, trace }, ROOM);

describe('why an answer is wrong', () => {
  it('is told by the thing that was furthest from its place', () => {
    expect(why([...at('lamp', 0.1, 0), ...at('bed', 1, 3.5)])).toBe(
      'It took the bed to be 1.5 m from where it stands.',
    );
    expect(why(at('lamp', 0.1, 0))).toContain('drew the wrong conclusion');
  });

  it('is told by how many were found, where things are counted', () => {
    expect(why([...at('bed', 1, 2), ...at('bed', 4, 2)], 'object_counting')).toBe(
      'It found 2 of category “bed”, where there are 1.',
    );
  });

  it('is told by the refusal', () => {
    expect(whyWrong('object_counting', { message: 'Ask about beds.', trace: [] }, ROOM)).toBe(
      'It was refused: Ask about beds.',
    );
  });
});

describe('the questions that are asked', () => {
  const question = (scene: string, questionType: string) => ({ scene, questionType }) as EvalQuestion;
  const names = (questions: EvalQuestion[]) =>
    questions.map(({ scene, questionType }) => scene + questionType);

  it('are two of each type, which take turns over the clips', () => {
    const questions = ['1', '2', '3'].flatMap((scene) => ['a', 'b'].map((type) => question(scene, type)));
    expect(names(toAsk(questions))).toEqual(['1a', '2b', '2a', '3b']);
  });

  it('are the type’s first where its clip has none, and none twice', () => {
    expect(names(toAsk([question('1', 'a'), question('2', 'a'), question('1', 'b')]))).toEqual([
      '1a',
      '1b',
      '2a',
    ]);
  });
});

describe('the choice of examples', () => {
  const example = (id: string, question_type: string, right: boolean) =>
    ({ id, question_type, right }) as Example;

  it('takes the first question of each type, right or wrong', () => {
    const answered = [example('1', 'a', false), example('2', 'a', true), example('3', 'b', true)];
    expect(chosen(answered).map(({ id }) => id)).toEqual(['1', '3']);
  });

  it('takes the first wrong one besides where all of them are right', () => {
    const answered = [
      example('1', 'a', true),
      example('2', 'a', true),
      example('3', 'b', true),
      example('4', 'b', false),
    ];
    expect(chosen(answered).map(({ id }) => id)).toEqual(['1', '3', '4']);
  });
});

describe('the shipped examples', () => {
  const shipped = async (): Promise<Example[]> =>
    examplesSchema.parse(JSON.parse(await readFile(inRoot('samples', 'examples.json'), 'utf8')));

  it('are at least six over different tasks, numbers and choices, and one at least is wrong', async () => {
    const examples = await shipped();
    const types = new Set(examples.map(({ question_type }) => question_type));
    expect(types.size).toBeGreaterThanOrEqual(6);
    expect(new Set([...types].map((type) => taskOf(type).kind))).toEqual(new Set(['number', 'choice']));
    expect(examples.some(({ right }) => !right)).toBe(true);
  });

  it('are questions of the samples with their truths, scored as they are', async () => {
    const { questions } = await openDataset(inRoot('samples'));
    for (const {
      id,
      clip,
      question,
      question_type: type,
      truth,
      answer,
      score,
      ...example
    } of await shipped()) {
      expect(questions.find((each) => each.id === id)).toMatchObject({
        question,
        questionType: type,
        truths: [truth],
        scene: `samples/${clip}`,
      });
      expect(existsSync(inRoot('samples', `${clip}.mp4`))).toBe(true);
      expect(scoreAnswer(type, answer.choice ?? answer.text, truth)).toBeCloseTo(score);
      expect(example.why === null).toBe(example.right);
    }
  });
});
