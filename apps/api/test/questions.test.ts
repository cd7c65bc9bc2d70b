import type { Job, Problem, Question } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { preferredWait } from '../src/http/wait.js';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let api: TestApi;
let seeds = 0;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const QUESTION = { question: 'How many chairs are there?' };
async function memory(chunks: number): Promise<string> {
  const { id } = await api.upload(clip({ seconds: 8, seed: `questions ${seeds++}` }));
  const { memory_id } = (await api.submit({ video_id: id })).body as Job;
  await api.worker.build(memory_id, chunks);
  return memory_id;
}
const ask = (id: string, body: object, headers: Record<string, string> = {}, key = 'key-one') =>
  api.request(
    `/v1/memories/${id}/questions`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    },
    key,
  );

/** The questions that wait in the queue or in Postgres for an answer to this memory. */
const queued = async (id: string) => (await api.database.memories.facts(id))?.questions ?? [];

describe('asking a memory', () => {
  test('answers 202 with the address of the question, which is answered later', async () => {
    const id = await memory(5);
    const response = await ask(id, QUESTION);
    const question = response.body as Question;
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/questions/${question.id}`);
    expect(question).toMatchObject({
      status: 'queued',
      memory_id: id,
      job_id: null,
      answer: null,
      latency_s: null,
    });
    await api.worker.answer(question.id);
    const answered = (await api.request(`/v1/questions/${question.id}`)).body as Question;
    expect(answered).toMatchObject({ status: 'answered', answer: { text: '4', value: 4 } });
    expect(answered.answer?.evidence[0]?.thumbnail_url).toMatch(`/v1/memories/${id}/frames/`);
    expect(answered.latency_s).toBeGreaterThanOrEqual(0);
  });

  test('brings the question to the queue', async () => {
    const id = await memory(5);
    await api.queues.empty();
    await ask(id, QUESTION);
    expect((await api.queues.counts()).answer.waiting).toBe(1);
  });

  test('with Prefer: wait answers in the response', async () => {
    const id = await memory(5);
    const waiting = ask(id, QUESTION, { prefer: 'wait=60' });
    await vi.waitFor(async () => expect((await queued(id)).length).toBe(1));
    await api.worker.answer((await queued(id))[0]!.id);
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=60');
    expect(response.body).toMatchObject({ status: 'answered' });
  });

  test('with Prefer: wait is 202 when the time was not enough', async () => {
    const id = await memory(5);
    expect((await ask(id, QUESTION, { prefer: 'wait=0' })).status).toBe(202);
  });

  test('that is still being built is answered when enough of it is there', async () => {
    const id = await memory(1);
    const early = (await ask(id, { ...QUESTION, as_of_s: 1.5 })).body as Question;
    const late = (await ask(id, QUESTION)).body as Question;
    await api.worker.answer(early.id);
    await expect(api.worker.answer(late.id)).rejects.toThrow('not remembered yet');
    await api.worker.build(id);
    await api.worker.answer(late.id);
    expect((await api.request(`/v1/questions/${late.id}`)).body).toMatchObject({ status: 'answered' });
  });

  test('as of a moment knows nothing of what came after it, however far the memory has come', async () => {
    const id = await memory(5);
    for (const moment of [1.5, 3, 4.4, 6.9]) {
      const { id: question } = (await ask(id, { ...QUESTION, as_of_s: moment })).body as Question;
      await api.worker.answer(question);
      const { answer } = (await api.request(`/v1/questions/${question}`)).body as Question;
      const [evidence] = answer?.evidence ?? [];
      expect(evidence?.t_s).toBeLessThanOrEqual(moment);
    }
  });

  test('as of a moment inside the first chunk is 409: no state is kept that knows nothing more', async () => {
    const response = await ask(await memory(5), { ...QUESTION, as_of_s: 1.4 });
    expect([response.status, problemName(response.body)]).toEqual([409, 'not-ready']);
    expect((response.body as Problem).detail).toBe('The memory can be asked as of 1.5 s and later');
  });

  test('that has failed is 409', async () => {
    const id = await memory(1);
    await api.database.memories.fail(id, {
      type: 'https://loci.dev/problems/decode-failed',
      title: 'x',
      status: 500,
    });
    const response = await ask(id, QUESTION);
    expect([response.status, problemName(response.body)]).toEqual([409, 'not-ready']);
  });

  test.each([
    ['too many tokens', { question: 'how many '.repeat(20) }, 'question-too-long'],
    ['a moment behind the end', { ...QUESTION, as_of_s: 9 }, 'as-of-out-of-range'],
  ])('with %s is 422', async (_, body, name) => {
    const response = await ask(await memory(5), body);
    expect([response.status, problemName(response.body)]).toEqual([422, name]);
  });

  test('of another tenant is 404, and so is its question', async () => {
    const id = await memory(5);
    expect((await ask(id, QUESTION, {}, 'key-two')).status).toBe(404);
    const question = (await ask(id, QUESTION)).body as Question;
    expect((await api.request(`/v1/questions/${question.id}`, {}, 'key-two')).status).toBe(404);
  });
});

test.each([
  ['wait=5', 5],
  ['respond-async, wait=10', 10],
  ['wait=10;x, foo', 10],
  ['WAIT = 3', 3],
  ['wait="7"', 7],
  ['wait=999', 60],
  ['wait', null],
  ['wait=x', null],
  ['await=5', null],
  ['', null],
  [null, null],
])('Prefer: %s waits %s s', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds);
});
