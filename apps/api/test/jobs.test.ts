import type { Job, Page, Problem, Video } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let surroundings: TestSurroundings;
let api: TestApi;
let video: Video;
beforeAll(async () => {
  surroundings = await testSurroundings();
  api = await startApi({ clipWorkers: 2 }, {}, surroundings);
  video = await api.upload(clip({ seconds: 8 }));
});
afterAll(async () => {
  await api.close();
  await surroundings.remove();
});

const QUESTION = { question: 'How many chairs are there?' };
/** A memory of its own for each test. */
const freshVideo = (seed: string) => api.upload(clip({ seconds: 8, seed }));

describe('submitting a job', () => {
  test('answers 202 with the job, its address and its questions in order', async () => {
    const response = await api.submit({
      video_id: video.id,
      questions: [QUESTION, { question: 'how many chairs?', options: ['1', '2'], as_of_s: 1.5 }],
      metadata: { ticket: 7 },
    });
    const job = response.body as Job;
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/jobs/${job.id}`);
    expect(job).toMatchObject({
      status: 'queued',
      video_id: video.id,
      metadata: { ticket: 7 },
      error: null,
      started_at: null,
      finished_at: null,
    });
    expect(
      job.questions.map(({ question, options, as_of_s, status }) => ({ question, options, as_of_s, status })),
    ).toEqual([
      { question: QUESTION.question, options: null, as_of_s: null, status: 'queued' },
      { question: 'how many chairs?', options: ['1', '2'], as_of_s: 1.5, status: 'queued' },
    ]);
    // 8 s at 2 frames/s in chunks of 4 that overlap by 1
    expect(job.progress).toMatchObject({
      chunks_total: 5,
      chunks_perceived: 0,
      questions_total: 2,
      fraction: 0,
    });
  });

  test('brings the first runs to the queue, one for each worker that a clip may have', async () => {
    await api.queues.empty();
    const { id } = await freshVideo('queued');
    await api.submit({ video_id: id });
    const { perceive, remember } = await api.queues.counts();
    expect([perceive.waiting, remember.waiting]).toEqual([2, 0]);
  });

  test('without questions only builds the memory', async () => {
    const { id } = await freshVideo('no questions');
    const job = (await api.submit({ video_id: id })).body as Job;
    expect(job.questions).toEqual([]);
    await api.worker.build(job.memory_id);
    expect((await api.request(`/v1/jobs/${job.id}`)).body).toMatchObject({
      status: 'succeeded',
      stage: null,
      progress: { fraction: 1 },
    });
  });

  test('on the same video, model and sampling shares the memory; another sampling has its own', async () => {
    const jobs = await Promise.all(
      [
        {},
        { model: 'loci-test' },
        { model: 'loci-test@1.2.3' },
        { sampling: { fps: 2 } },
        { sampling: { fps: 4 } },
      ].map((extra) => api.submit({ video_id: video.id, ...extra })),
    );
    const memories = jobs.map(({ body }) => (body as Job).memory_id);
    expect(new Set(memories.slice(0, 4)).size).toBe(1);
    expect(memories[4]).not.toBe(memories[0]);
  });

  test('on a memory that is ready has nothing left to build', async () => {
    const { id } = await freshVideo('ready');
    const first = (await api.submit({ video_id: id })).body as Job;
    await api.worker.build(first.memory_id);
    const second = (await api.submit({ video_id: id })).body as Job;
    expect(second).toMatchObject({ memory_id: first.memory_id, status: 'succeeded' });
  });

  test.each([
    [
      'metadata of more than 16 KiB',
      { metadata: { note: 'ä'.repeat(8_200) } },
      'metadata-too-large',
      '/metadata',
    ],
    ['a model that is not there', { model: 'loci-huge' }, 'unknown-model', undefined],
    ['a version that is not there', { model: 'loci-test@9' }, 'unknown-model', undefined],
    ['a sampling rate below the range', { sampling: { fps: 0.5 } }, 'sampling-out-of-range', '/sampling/fps'],
    ['a sampling rate above the range', { sampling: { fps: 5 } }, 'sampling-out-of-range', '/sampling/fps'],
    [
      'a question with too many tokens',
      { questions: [QUESTION, { question: 'how many '.repeat(20) }] },
      'question-too-long',
      '/questions/1/question',
    ],
    [
      'options with too many tokens',
      { questions: [{ question: 'how many', options: ['how many chairs', 'are there', 'many many many'] }] },
      'question-too-long',
      '/questions/0/question',
    ],
    [
      'a moment behind the end',
      { questions: [{ ...QUESTION, as_of_s: 8.5 }] },
      'as-of-out-of-range',
      '/questions/0/as_of_s',
    ],
  ])('with %s is 422', async (_, extra, name, pointer) => {
    const response = await api.submit({ video_id: video.id, ...extra });
    expect([response.status, problemName(response.body)]).toEqual([422, name]);
    expect((response.body as Problem).errors?.[0]?.pointer).toBe(pointer);
  });

  test('with a question as of a moment inside the first chunk is 409', async () => {
    const questions = [QUESTION, { ...QUESTION, as_of_s: 1.4 }];
    const response = await api.submit({ video_id: video.id, questions });
    expect([response.status, problemName(response.body)]).toEqual([409, 'not-ready']);
    expect((response.body as Problem).errors?.[0]?.pointer).toBe('/questions/1/as_of_s');
  });

  test.each([
    ['65 questions', { questions: Array.from({ length: 65 }, () => QUESTION) }],
    ['one option', { questions: [{ ...QUESTION, options: ['a'] }] }],
    ['27 options', { questions: [{ ...QUESTION, options: Array.from({ length: 27 }, String) }] }],
    ['a moment before the start', { questions: [{ ...QUESTION, as_of_s: -1 }] }],
    ['an empty question', { questions: [{ question: '  ' }] }],
    ['a moment that is a text', { questions: [{ ...QUESTION, as_of_s: '1' }] }],
  ])('with %s is 400', async (_, extra) => {
    expect((await api.submit({ video_id: video.id, ...extra })).status).toBe(400);
  });

  test('on another tenant’s video is 404', async () => {
    expect((await api.submit({ video_id: video.id }, {}, 'key-two')).status).toBe(404);
  });
});

describe('an Idempotency-Key', () => {
  const withKey = (key: string) => ({ 'idempotency-key': key });

  test('gives the same job for the same body, whatever the order of its keys', async () => {
    const first = await api.submit(
      { video_id: video.id, questions: [QUESTION], model: 'loci-test' },
      withKey('same'),
    );
    const again = await api.submit(
      { model: 'loci-test', questions: [QUESTION], video_id: video.id },
      withKey('same'),
    );
    expect(again.status).toBe(202);
    expect((again.body as Job).id).toBe((first.body as Job).id);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('gives one job to requests that come at once', async () => {
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => api.submit({ video_id: video.id }, withKey('at once'))),
    );
    expect(new Set(responses.map(({ body }) => (body as Job).id)).size).toBe(1);
  });

  test('with another body is 422', async () => {
    await api.submit({ video_id: video.id }, withKey('other'));
    const response = await api.submit({ video_id: video.id, questions: [QUESTION] }, withKey('other'));
    expect([response.status, problemName(response.body)]).toEqual([422, 'idempotency-mismatch']);
  });

  test('of one tenant means nothing to another', async () => {
    const theirs = await api.upload(clip({ seed: 'theirs' }), 'key-two');
    await api.submit({ video_id: video.id }, withKey('tenants'));
    expect((await api.submit({ video_id: theirs.id }, withKey('tenants'), 'key-two')).status).toBe(202);
  });

  test.each(['', 'x'.repeat(256)])('that is empty or too long is 400', async (key) => {
    expect((await api.submit({ video_id: video.id }, withKey(key))).status).toBe(400);
  });
});

describe('waiting for a job', () => {
  test('answers as soon as it ends', async () => {
    const { id } = await freshVideo('waited for');
    const job = (await api.submit({ video_id: id, questions: [QUESTION] })).body as Job;
    const waiting = api.request(`/v1/jobs/${job.id}?wait=60`);
    await api.worker.build(job.memory_id);
    await api.worker.answer(job.questions[0]!.id);
    const ended = (await waiting).body as Job;
    expect(ended.status).toBe('succeeded');
    expect(ended.questions[0]).toMatchObject({ status: 'answered', answer: { value: 4, kind: 'number' } });
  });

  test('answers with the job as it stands when the time is up', async () => {
    const { id } = await freshVideo('not waited for');
    const job = (await api.submit({ video_id: id })).body as Job;
    expect((await api.request(`/v1/jobs/${job.id}?wait=0.2`)).body).toMatchObject({
      id: job.id,
      status: 'queued',
    });
  });

  test.each(['61', '-1', 'x', ''.padEnd(400, '9')])('for %s seconds is 400', async (wait) => {
    expect((await api.request(`/v1/jobs/job_00000000000000000000000000?wait=${wait}`)).status).toBe(400);
  });
});

describe('canceling a job', () => {
  test('ends it and its questions, and work on its memory stops', async () => {
    const { id } = await freshVideo('canceled');
    const job = (await api.submit({ video_id: id, questions: [QUESTION] })).body as Job;
    const response = await api.request(`/v1/jobs/${job.id}/cancel`, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(response.body).toMatchObject({ status: 'canceled', questions: [{ status: 'canceled' }] });
    expect(await api.database.stages.beginPerceive(job.memory_id, 0)).toHaveProperty('skip');
  });

  test('leaves another job on the same memory alone', async () => {
    const { id } = await freshVideo('shared by two');
    const [first, second] = (
      await Promise.all([api.submit({ video_id: id }), api.submit({ video_id: id })])
    ).map(({ body }) => body as Job);
    await api.request(`/v1/jobs/${first!.id}/cancel`, { method: 'POST' });
    await api.worker.build(second!.memory_id);
    expect((await api.request(`/v1/jobs/${second!.id}`)).body).toMatchObject({ status: 'succeeded' });
  });

  test('that has ended is 409, and it stays as it was', async () => {
    const { id } = await freshVideo('ended');
    const job = (await api.submit({ video_id: id })).body as Job;
    await api.worker.build(job.memory_id);
    const response = await api.request(`/v1/jobs/${job.id}/cancel`, { method: 'POST' });
    expect([response.status, problemName(response.body)]).toEqual([409, 'job-ended']);
    expect((await api.request(`/v1/jobs/${job.id}`)).body).toMatchObject({ status: 'succeeded' });
  });

  test('of another tenant is 404', async () => {
    const job = (await api.submit({ video_id: video.id })).body as Job;
    expect((await api.request(`/v1/jobs/${job.id}/cancel`, { method: 'POST' }, 'key-two')).status).toBe(404);
    expect((await api.request(`/v1/jobs/${job.id}`, {}, 'key-two')).status).toBe(404);
  });
});

test('jobs are listed newest first, those of the tenant only', async () => {
  const theirs = await api.upload(clip({ seed: 'listed' }), 'key-three');
  const made: string[] = [];
  for (let i = 0; i < 3; i++)
    made.unshift(((await api.submit({ video_id: theirs.id }, {}, 'key-three')).body as Job).id);
  const first = (await api.request('/v1/jobs?limit=2', {}, 'key-three')).body as Page<Job>;
  const second = (await api.request(`/v1/jobs?limit=2&cursor=${first.next_cursor}`, {}, 'key-three'))
    .body as Page<Job>;
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made);
  expect(second.next_cursor).toBeNull();
});

test('when the queue is down a job is accepted all the same, and the API is not ready', async () => {
  const other = await startApi({}, {}, surroundings);
  await other.queues.close();
  const job = (await other.submit({ video_id: video.id, questions: [QUESTION] })).body as Job;
  expect(job.status).toBe('queued');
  expect(await other.database.memories.wanted(job.memory_id)).toBe(true);
  const readiness = await other.request('/readyz', {}, null);
  expect(readiness.status).toBe(503);
  expect((readiness.body as Problem).detail).toContain('queue');
  await other.close();
});

test('a deleted video takes its jobs, memories and answers along; a sweep has its objects', async () => {
  const { id } = await freshVideo('deleted');
  const job = (await api.submit({ video_id: id, questions: [QUESTION] })).body as Job;
  await api.worker.build(job.memory_id, 2);
  expect((await api.request(`/v1/videos/${id}`, { method: 'DELETE' })).status).toBe(204);
  for (const path of [
    `/v1/jobs/${job.id}`,
    `/v1/memories/${job.memory_id}`,
    `/v1/questions/${job.questions[0]!.id}`,
  ]) {
    expect((await api.request(path)).status).toBe(404);
  }
  expect(await api.database.deletions.claim(100)).toContainEqual(
    expect.objectContaining({ videoId: id, memoryIds: [job.memory_id] }),
  );
});
