import type { Answer, Understood } from '@loci/contracts';
import { inRoot } from '@loci/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalQuestions, meaningPairs, questionsToAsk } from '../src/dataset/canonical.js';
import { byVideo } from '../src/dataset/dataset.js';
import { openDataset } from '../src/dataset/open.js';
import { thingsAsked } from '../src/dataset/own-words.js';
import { reportMarkdown } from '../src/report/markdown.js';
import { summarise } from '../src/report/summary.js';
import { answeredRow, scoreOf } from '../src/run/row.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

const CHAIRS = [{ text: 'seats', category: 'chair', role: 'counted' }];
const own = (over: Record<string, unknown> = {}) => ({
  ...{
    question: 'seats?',
    canonical: 'How many chairs are there in this room?',
    things: CHAIRS,
    reason: null,
  },
  ...over,
});
const unanswerable = (id: number, reason: string) =>
  counting(id, 'room', {
    ...own({ question: 'What is the capital of France?', canonical: null, things: [], reason }),
    ...{ question_type: 'none', ground_truth: null },
  });

const NO_ANSWER: Answer = {
  ...{ text: 'Ask about the room.', kind: 'text', value: null, unit: null, choice: null, confidence: 0 },
  ...{ trace: [], out_of_domain: { score: 1, flag: false }, supported: false, evidence: [] },
  ...{ understood: null, reason: 'not_about_space', message: 'Ask about the room.' },
};
const understood = (task: string, things: Understood['things']): Understood => ({
  ...{ task, question: '', things, unit: null, moments: [] },
});
const answer = (over: Partial<Answer>): Answer => ({
  ...NO_ANSWER,
  ...{ supported: true, reason: null, message: null, confidence: 0.5 },
  ...over,
});

describe('a data set of questions in own words', () => {
  let set: DatasetFolder;
  beforeEach(async () => {
    set = await DatasetFolder.create();
  });
  afterEach(() => set.remove());
  const opened = async (...records: object[]) => {
    await set.write('questions.jsonl', records);
    return openDataset(set.path);
  };
  const fault = async (record: object) =>
    opened(record).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : null),
    );

  it('says how each question is to be taken, and which cannot be answered', async () => {
    const { questions } = await opened(counting(1, 'room', own()), unanswerable(2, 'not-spatial'));
    expect(questions).toMatchObject([
      { truths: ['3'], ownWords: { things: CHAIRS, reason: null } },
      { truths: [], questionType: 'none', ownWords: { reason: 'not-spatial', canonical: null } },
    ]);
    expect((await opened(counting(1))).questions[0]?.ownWords).toBeNull();
  });

  it('has the option itself for truth where the options stand in the question only', async () => {
    const choice = own({ options: null, ground_truth: 'coffee table', things: [] });
    const [question] = (await opened(nearest(1, 'room', choice))).questions;
    expect(question).toMatchObject({ truths: ['coffee table'], options: null });
    expect(scoreOf(question!, 'Coffee table.')).toBe(1);
    expect(scoreOf(question!, 'table')).toBe(0);
  });

  it('is refused where a benchmark’s record would be as well', async () => {
    expect(await fault(counting(1, 'room', { question_type: 'none' }))).toMatch(
      /question_type: none is for questions in own words/,
    );
    expect(await fault(counting(1, 'room', own({ ground_truth: 'many' })))).toMatch(/many is no number/);
    expect(await fault(counting(1, 'room', { ground_truth: null }))).toMatch(/ground_truth: it is missing/);
    expect(await fault(counting(1, 'room', own({ things: 'chairs' })))).toMatch(/things: /);
    expect(await fault(nearest(1, 'room', { options: null }))).toMatch(/a choice needs at least two/);
  });

  it.each([
    ['own-words', 572, 140],
    ['own-words-validation', 1438, 359],
  ])('is shipped with the samples, whose videos it asks about: %s', async (name, all, none) => {
    const { questions } = await openDataset(inRoot('samples', name));
    expect(questions).toHaveLength(all);
    expect(questions.filter(({ questionType }) => questionType === 'none')).toHaveLength(none);
    expect(byVideo(questions)).toHaveLength(8);
  });
});

describe('the things of a question', () => {
  it('are the same in another order or said twice, without those in passing', () => {
    const things = [
      { category: 'bed', role: 'second' },
      { category: 'door', role: 'first' },
      { category: null, role: null },
    ];
    expect(thingsAsked(things, 'object_abs_distance')).toBe('first bed, first door');
    const read = [
      { category: 'door', role: 'first' },
      { category: 'lamp', role: 'none' },
      { category: 'bed', role: 'second' },
      { category: 'bed', role: 'second' },
    ];
    expect(thingsAsked(read, 'object_abs_distance')).toBe('first bed, first door');
  });

  it('are not the same with another thing, or in another role', () => {
    const at = thingsAsked([{ category: 'bed', role: 'standing' }], 'object_rel_direction_easy');
    expect(at).toBe(thingsAsked([{ category: 'bed', role: 'at' }], 'object_rel_direction_easy'));
    expect(at).not.toBe(thingsAsked([{ category: 'bed', role: 'facing' }], 'object_rel_direction_easy'));
    expect(at).not.toBe(thingsAsked([{ category: null, role: 'at' }], 'object_rel_direction_easy'));
  });

  it('of a route are its stops and its goal, which is the last stop where none is named', () => {
    const things = [
      { category: 'bed', role: 'start' },
      { category: 'lamp', role: 'facing' },
      { category: 'lamp', role: 'listed' },
      { category: 'sofa', role: 'listed' },
      { category: 'door', role: 'goal' },
    ];
    const told = 'at bed, facing lamp, goal door, step lamp, step sofa';
    expect(thingsAsked(things, 'route_planning')).toBe(told);
    expect(thingsAsked([...things, { category: 'door', role: 'step' }], 'route_planning')).toBe(told);
    const goalless = [...things.slice(0, -1), { category: 'door', role: 'step' }];
    expect(thingsAsked(goalless, 'route_planning')).toBe(told);
  });
});

describe('an answer to a question in own words', () => {
  const asked = { questionType: 'object_abs_distance', truths: ['4.43'], options: null };
  const row = (over: Partial<Answer>) =>
    answeredRow({ ...asked, ...REST }, answer({ kind: 'number', ...over }), 1, null);
  const REST = {
    ...{ id: '1', scene: 'room', question: 'how far', pruned: false, videos: [], ownWords: null },
    item: { file: '', line: 1, text: '' },
  };

  it('is scored in the unit of its truth', () => {
    expect(row({ value: 14.53, unit: 'ft', text: '14.53' })).toMatchObject({
      prediction: '4.428744',
      score: 1,
    });
    expect(row({ value: 4.43, unit: 'm', text: '4.43' })).toMatchObject({ prediction: '4.43', score: 1 });
    expect(row({ value: 14.53, unit: 'ft2', text: '14.53' }).score).toBe(0);
  });

  it('that was refused is wrong, whatever its sentence says', () => {
    const refused = answeredRow({ ...asked, ...REST }, { ...NO_ANSWER, text: '4.43' }, 1, null);
    expect(refused).toMatchObject({ prediction: '', score: 0, refusal: 'not_about_space' });
  });
});

describe('the report on questions in own words', () => {
  let set: DatasetFolder;
  beforeEach(async () => {
    set = await DatasetFolder.create();
  });
  afterEach(() => set.remove());

  it('says how many were read right, and refused rightly and wrongly', async () => {
    await set.write('questions.jsonl', [
      ...[1, 2, 3, 4].map((id) => counting(id, 'room', own())),
      ...[unanswerable(5, 'not-spatial'), unanswerable(6, 'nonsense')],
    ]);
    const dataset = await openDataset(set.path);
    const chair = { text: 'seats', category: 'chair', role: 'target' };
    const answers = [
      answer({ kind: 'number', value: 3, text: '3', understood: understood('object_counting', [chair]) }),
      answer({
        ...{ kind: 'number', value: 1, text: '1' },
        understood: understood('object_counting', [{ ...chair, category: 'sofa' }]),
      }),
      answer({
        kind: 'number',
        value: 9,
        text: '9',
        understood: understood('object_size_estimation', [chair]),
      }),
      NO_ANSWER,
      NO_ANSWER,
      answer({ kind: 'number', value: 10.4, text: '10.4' }),
    ];
    const rows = dataset.questions.map((question, index) => answeredRow(question, answers[index]!, 1, null));
    const report = summarise(dataset, rows, null);
    expect(report.reading).toMatchObject({
      task: { of: 4, right: 2 },
      things: { of: 4, right: 2 },
      both: { of: 4, right: 1 },
      refused_wrongly: { of: 4, right: 1, reasons: { not_about_space: 1 } },
      refused_rightly: { of: 2, right: 1 },
      types: [{ type: 'object_counting', of: 4, read_right: 1, refused: 1, score: 25 }],
      reasons: [
        { reason: 'not-spatial', of: 1, refused: 1 },
        { reason: 'nonsense', of: 1, refused: 0 },
      ],
    });
    expect(report.tables[0]?.micro).toMatchObject({ score: 25, questions: 4 });
    expect(report.counts).toMatchObject({ questions: 4, answered: 4 });
    const markdown = reportMarkdown(report);
    expect(markdown).toContain('- read right, task and things: 25.0 % (1 of 4)');
    expect(markdown).toContain('- answerable, but refused: 25.0 % (1 of 4): 1 × not_about_space');
    expect(markdown).toContain('- refused, counted as wrong: 1 questions (1 × not_about_space)');
  });

  it('compares own words with the canonical wording, asked once with the known options', async () => {
    const canonical = 'Which is nearest to the bed?';
    const words = (question: string, over = {}) => own({ question, canonical, things: [], ...over });
    await set.write('questions.jsonl', [
      nearest(1, 'room', words('nearest 2 bed', { options: null, ground_truth: 'table' })),
      nearest(
        2,
        'room',
        words('what is nearest to the bed', { options: ['A. lamp', 'B. table'], ground_truth: 'B' }),
      ),
      unanswerable(3, 'nonsense'),
    ]);
    const dataset = await openDataset(set.path);
    const [asked, ...others] = canonicalQuestions(dataset.questions);
    expect(asked).toMatchObject({ question: canonical, options: ['A. lamp', 'B. table'], truths: ['B'] });
    expect(others).toEqual([]);
    expect(questionsToAsk(dataset.questions, 1)).toEqual([dataset.questions[0], asked]);
    expect(questionsToAsk(dataset.questions.slice(2), null)).toEqual([dataset.questions[2]]);
    const right = answer({ kind: 'choice', choice: 'B', text: 'B' });
    const wrong = answer({ kind: 'text', text: 'lamp' });
    const rows = [wrong, right, NO_ANSWER, right].map((given, index) =>
      answeredRow([...dataset.questions, asked!][index]!, given, 1, null),
    );
    const report = summarise(dataset, rows, null);
    expect(report.wording).toMatchObject({ own_words: 50, canonical: 100, change: -50, questions: 2 });
    expect(report.counts.questions).toBe(2);
    expect(reportMarkdown(report)).toContain(
      'Mean over the tasks: 50.0 in own words, 100.0 in the canonical wording of the same 2 questions;' +
        ' −50.0 ± –.',
    );
  });

  it('compares what is asked without options with the canonical wording without them', async () => {
    const canonical = 'Which is nearest to the bed?';
    const words = (over: object) => own({ canonical, things: [], ...over });
    const open = { options: null, ground_truth: 'table', open: true };
    await set.write('questions.jsonl', [
      nearest(1, 'room', words({ ...open, question: 'nearest 2 bed' })),
      nearest(2, 'room', words({ question: 'bed?', options: ['A. lamp', 'B. table'], ground_truth: 'B' })),
      nearest(3, 'room', words({ ...open, question: 'lamp or table near bed', open: false })),
    ]);
    const { questions } = await openDataset(set.path);
    const asked = canonicalQuestions(questions);
    expect(asked).toMatchObject([
      { question: canonical, options: null, truths: ['table'] },
      { question: canonical, options: ['A. lamp', 'B. table'], truths: ['B'] },
    ]);
    expect(meaningPairs(questions, asked)).toEqual([
      [0, 0],
      [1, 1],
      [2, 1],
    ]);
  });

  it('is left out of other data sets', async () => {
    await set.write('questions.jsonl', [counting(1)]);
    const report = summarise(await openDataset(set.path), [], null);
    expect(report).toMatchObject({ reading: null, wording: null });
    expect(reportMarkdown(report)).not.toMatch(/Own words|refused/);
  });
});
