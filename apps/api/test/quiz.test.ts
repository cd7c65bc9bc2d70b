import { mkdir, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Example, Job, Page, QuizResult, QuizRound, QuizSet, Video } from '@loci/contracts';
import { ConfigError } from '@loci/service';
import { temporaryFolder, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQuizSets } from '../src/quiz/quiz-sets.js';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

const COUNT = { question_type: 'object_counting', options: null, ground_truth: 4 };
const CHOICE = { question_type: 'object_rel_distance', options: ['chair', 'there'], ground_truth: 'B' };
/** Short: the test's model reads twelve tokens with the options. */
const QUESTIONS = ['how ?', 'many ?', 'how many ?', 'there ?'];
const questionsOf = (scene: string) =>
  [COUNT, CHOICE, COUNT, CHOICE].map((kind, index) => ({
    ...kind,
    id: `${scene}-${index}`,
    dataset: 'set',
    scene_name: scene,
    question: QUESTIONS[index],
  }));
const EXAMPLE: Example = {
  id: 'a-0',
  clip: 'a',
  question_type: 'object_counting',
  question: 'how many ?',
  options: null,
  unit: null,
  truth: '4',
  model: 'loci-test@1.2.3',
  answer: { text: '3', choice: null, unit: null, confidence: 0.5, trace: [], evidence_s: [1.5] },
  score: 0.5,
  right: true,
  blind: null,
  why: null,
};

let api: TestApi;
let folder: { path: string; remove(): Promise<void> };
let set: string;
beforeAll(async () => {
  folder = await temporaryFolder('quiz');
  set = join(folder.path, 'rooms');
  await mkdir(set);
  await writeFile(join(set, 'a.mp4'), clip({ seconds: 8 }));
  await writeFile(join(set, 'b.mp4'), clip({ seconds: 7 }));
  await writeFile(join(set, 'questions.json'), JSON.stringify([...questionsOf('a'), ...questionsOf('b')]));
  await writeFile(join(set, 'examples.json'), JSON.stringify([EXAMPLE]));
  api = await startApi({ quizDirs: set });
});
afterAll(async () => {
  await api.close();
  await folder.remove();
});

const post = (path: string, body: object, key?: string) =>
  api.request(
    path,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    key,
  );
const begin = async (body: object): Promise<QuizRound> =>
  (await post('/v1/quiz/rounds', body)).body as QuizRound;
const answer = (round: QuizRound, question_id: string | undefined, text: string, key?: string) =>
  post(`/v1/quiz/rounds/${round.id}/answers`, { question_id, answer: text }, key);

/** The files that this process has open. */
async function openFiles(): Promise<string[]> {
  const folder = '/proc/self/fd';
  const links = await Promise.allSettled((await readdir(folder)).map((fd) => readlink(join(folder, fd))));
  return links.flatMap((link) => (link.status === 'fulfilled' ? [link.value] : []));
}

test('the sets say how much they hold', async () => {
  const { data } = (await api.request('/v1/quiz/sets')).body as Page<QuizSet>;
  const question_types = ['object_counting', 'object_rel_distance'];
  expect(data).toEqual([{ id: 'rooms', clips: 2, questions: 8, question_types }]);
});

test('a service without sets has none, and no round', async () => {
  const bare = await startApi();
  try {
    expect((await bare.request('/v1/quiz/sets')).body).toEqual({ data: [], next_cursor: null });
    expect((await bare.request('/v1/examples')).body).toEqual({ data: [], next_cursor: null });
    const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await bare.request('/v1/quiz/rounds', body)).status).toBe(404);
  } finally {
    await bare.close();
  }
});

describe('a round', () => {
  test('is a job on its clip, which asks what the person is asked, and tells no truth', async () => {
    const round = await begin({ seed: 0, questions: 4 });
    expect(round).toMatchObject({ set: 'rooms', seed: 0 });
    expect(JSON.stringify(round)).not.toContain('truth');
    const job = (await api.request(`/v1/jobs/${round.id}`)).body as Job;
    expect(job).toMatchObject({ video_id: round.video_id, memory_id: round.memory_id });
    expect(job.questions.map(({ question }) => question)).toEqual(
      round.questions.map(({ question }) => question),
    );
    expect((await api.request(`/v1/quiz/rounds/${round.id}`)).body).toEqual(round);
  });

  test('stores its clip once: another round on it takes the video that is there', async () => {
    const { video_id } = await begin({ seed: 0, questions: 1 });
    const { sha256 } = (await api.request(`/v1/videos/${video_id}`)).body as Video;
    const stored = () => stat(join(api.storeDir, 'videos', sha256));
    const before = await stored();
    expect((await begin({ seed: 2, questions: 1 })).video_id).toBe(video_id);
    expect((await stored()).ino).toBe(before.ino);
  });

  test('of the same seed asks the same, and of others something else', async () => {
    const asked = async (seed: number) => (await begin({ seed, questions: 2 })).questions.map(({ id }) => id);
    expect(await asked(3)).toEqual(await asked(3));
    const rounds = [await asked(0), await asked(1), await asked(2), await asked(3)];
    expect(new Set(rounds.flat()).size).toBe(8);
  });

  test('tells truth, blind guess and evidence to who has answered, also before Loci has', async () => {
    const round = await begin({ seed: 0, questions: 4 });
    const counting = round.questions.find(({ question_type }) => question_type === 'object_counting');
    const early = (await answer(round, counting?.id, '4')).body as QuizResult;
    expect(early).toMatchObject({ right: true, score: 1, truth: '4', blind: { right: true } });
    expect(early.loci).toEqual({ status: 'queued', answer: null });
    await api.worker.build(round.memory_id);
    const job = (await api.request(`/v1/jobs/${round.id}`)).body as Job;
    for (const { id } of job.questions) await api.worker.answer(id, '3');
    const late = (await answer(round, counting?.id, '40')).body as QuizResult;
    expect(late).toMatchObject({ right: false, score: 0 });
    expect(late.loci).toMatchObject({ status: 'answered', right: true, answer: { text: '3' } });
    expect(late.loci.answer?.evidence.length).toBeGreaterThan(0);
  });

  test.each(['many', 'C', '', '1e999'])('takes no %j for an answer', async (text) => {
    const round = await begin({ seed: 1 });
    for (const { id } of round.questions) {
      const { status, body } = await answer(round, id, text);
      expect([status, problemName(body)]).toEqual([400, 'invalid-request']);
    }
  });

  test('is nobody else’s, and not every job is one', async () => {
    const round = await begin({ seed: 1 });
    const [first] = round.questions;
    expect((await api.request(`/v1/quiz/rounds/${round.id}`, {}, 'key-two')).status).toBe(404);
    expect((await answer(round, first?.id, '4', 'key-two')).status).toBe(404);
    expect((await answer(round, 'none', '4')).status).toBe(404);
    const other = (
      await api.submit({ video_id: round.video_id, metadata: { quiz: { set: 'rooms', seed: 1 } } })
    ).body as Job;
    expect((await api.request(`/v1/quiz/rounds/${other.id}`)).status).toBe(404);
  });

  test.each([{ seed: -1 }, { seed: 0.5 }, { questions: 0 }, { questions: 21 }, { set: 7 }, { more: 1 }])(
    'is not begun by %j',
    async (body) => {
      expect((await post('/v1/quiz/rounds', body)).status).toBe(400);
    },
  );

  test('whose clip is refused leaves the clip closed', async () => {
    const strict = await startApi({ quizDirs: set, maxVideoBytes: 1 });
    try {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      const { status, body } = await strict.request('/v1/quiz/rounds', init);
      expect([status, problemName(body)]).toEqual([413, 'video-too-large']);
      await waitFor(async () => ((await openFiles()).some((file) => file.startsWith(set)) ? null : true));
    } finally {
      await strict.close();
    }
  });

  test('whose clip cannot be read is the fault of the service, not of the client', async () => {
    const lost = await temporaryFolder('quiz-lost');
    await writeFile(join(lost.path, 'a.mp4'), '');
    await writeFile(join(lost.path, 'questions.json'), JSON.stringify(questionsOf('a')));
    const other = await startApi({ quizDirs: lost.path });
    try {
      await rm(join(lost.path, 'a.mp4'));
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      const { status, body } = await other.request('/v1/quiz/rounds', init);
      expect([status, problemName(body)]).toEqual([500, 'internal']);
    } finally {
      await other.close();
      await lost.remove();
    }
  });

  test('of an unknown set is 404', async () => {
    expect((await post('/v1/quiz/rounds', { set: 'nowhere' })).status).toBe(404);
  });
});

describe('an example', () => {
  test('is listed as its set has it, and its clip opens as a video', async () => {
    expect((await api.request('/v1/examples')).body).toEqual({ data: [EXAMPLE], next_cursor: null });
    const opened = await api.request('/v1/examples/a-0/video', { method: 'POST' }, 'key-three');
    const video = opened.body as Video;
    expect(video).toMatchObject({ status: 'ready', duration_s: 8 });
    expect((await api.request(`/v1/videos/${video.id}`, {}, 'key-two')).status).toBe(404);
    expect((await api.request('/v1/examples/none/video', { method: 'POST' })).status).toBe(404);
  });
});

test('a set holds records as the benchmarks have them', async () => {
  const benchmark = await temporaryFolder('quiz-benchmark');
  await mkdir(join(benchmark.path, 'set'));
  for (const file of [join('set', 'a.mp4'), 'elsewhere.mp4']) await writeFile(join(benchmark.path, file), '');
  const [counted, chosen] = questionsOf('a');
  const records = [
    { ...counted, mc_answer: 'B', options: ['4', '5'] },
    { ...chosen, ground_truth: 'there', mc_answer: 'b', video_path: 'elsewhere.mp4', scene_name: 'b' },
  ];
  await writeFile(join(benchmark.path, 'test.json'), JSON.stringify(records));
  const [read, ...others] = await readQuizSets([benchmark.path, benchmark.path].join(delimiter));
  expect(others).toEqual([]);
  expect(read?.clips).toMatchObject([
    { name: 'a', file: join(benchmark.path, 'set', 'a.mp4'), questions: [{ truth: '4', options: null }] },
    { name: 'elsewhere', questions: [{ truth: 'B', options: CHOICE.options }] },
  ]);
  await benchmark.remove();
});

test('two folders of one name are told at the start', async () => {
  const other = join(folder.path, 'other', 'rooms');
  await mkdir(other, { recursive: true });
  await writeFile(join(other, 'a.mp4'), '');
  await writeFile(join(other, 'questions.json'), JSON.stringify(questionsOf('a')));
  const reading = readQuizSets([set, other].join(delimiter));
  await expect(reading).rejects.toThrow(/2 of its folders have the name rooms/);
});

test.each([
  ['without questions', {}, /it has none of questions.jsonl/],
  ['whose clip is missing', { 'questions.json': JSON.stringify(questionsOf('c')) }, /c.mp4 is missing/],
  [
    'whose truth is none of the options',
    { 'questions.jsonl': JSON.stringify({ ...questionsOf('a')[1], ground_truth: 'C' }) },
    /none of the letters/,
  ],
  [
    'with an id twice on a clip',
    { 'a.mp4': '', 'questions.json': JSON.stringify([...questionsOf('a'), questionsOf('a')[0]]) },
    /2 questions on .*a.mp4 have the id a-0/,
  ],
])('a folder %s is told at the start', async (_, files, message) => {
  const faulty = await temporaryFolder('quiz-faulty');
  for (const [name, text] of Object.entries(files)) await writeFile(join(faulty.path, name), text);
  const reading = readQuizSets(faulty.path);
  await expect(reading).rejects.toThrow(ConfigError);
  await expect(reading).rejects.toThrow(message);
  await faulty.remove();
});
