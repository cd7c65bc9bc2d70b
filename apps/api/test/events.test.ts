import { eventSchemas, type Job } from '@loci/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { EventSource } from './fixtures/event-source.js';

let surroundings: TestSurroundings;
let api: TestApi;
let seeds = 0;
beforeAll(async () => {
  surroundings = await testSurroundings();
  api = await startApi({}, { keepAliveMs: 50 }, surroundings);
});
afterAll(async () => {
  await api.close();
  await surroundings.remove();
});

const QUESTION = { question: 'How many chairs are there?' };

/** A job on a memory of its own. */
async function submitted(questions: object[] = []): Promise<Job> {
  const { id } = await api.upload(clip({ seconds: 8, seed: `events ${seeds++}` }));
  return (await api.submit({ video_id: id, questions })).body as Job;
}
async function finish(job: Job): Promise<void> {
  await api.worker.build(job.memory_id);
  for (const { id } of job.questions) await api.worker.answer(id);
}

test('a stream tells progress, answers and the end, numbered from 1, and then ends', async () => {
  const job = await submitted([QUESTION]);
  const source = await EventSource.open(api, job.id);
  expect(source.response.headers.get('content-type')).toContain('text/event-stream');
  await finish(job);
  await source.ended;
  expect(source.events.map(({ id }) => id)).toEqual(source.events.map((_, index) => index + 1));
  expect(new Set(source.events.map(({ event }) => event))).toEqual(new Set(['progress', 'answer', 'done']));
  for (const { event, data } of source.events) eventSchemas[event as keyof typeof eventSchemas].parse(data);
  expect(source.events.at(-1)).toMatchObject({ event: 'done', data: { id: job.id, status: 'succeeded' } });
  expect(source.events.at(-1)?.data).toEqual((await api.request(`/v1/jobs/${job.id}`)).body);
});

test('the fraction of progress never falls', async () => {
  const job = await submitted([QUESTION]);
  const source = await EventSource.open(api, job.id);
  await finish(job);
  await source.ended;
  const fractions = source.events
    .filter(({ event }) => event === 'progress')
    .map(({ data }) => eventSchemas.progress.parse(data).progress.fraction);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});

test('a stream opened after the end replays everything', async () => {
  const job = await submitted([QUESTION]);
  await finish(job);
  const source = await EventSource.open(api, job.id);
  await source.ended;
  expect(source.events[0]?.id).toBe(1);
  expect(source.events.at(-1)?.event).toBe('done');
});

test.each([1, 3, 7])('with Last-Event-ID %i only what was missed is replayed', async (seen) => {
  const job = await submitted([QUESTION]);
  await finish(job);
  const whole = await EventSource.open(api, job.id);
  const missed = await EventSource.open(api, job.id, seen);
  await Promise.all([whole.ended, missed.ended]);
  expect(missed.events).toEqual(whole.events.slice(seen));
});

test('a client that was cut off and comes back sees every event once', async () => {
  const job = await submitted([QUESTION]);
  const first = await EventSource.open(api, job.id);
  await api.worker.build(job.memory_id, 2);
  await vi.waitFor(() => expect(first.events.length).toBeGreaterThanOrEqual(2));
  first.close();
  await first.ended;
  await finish(job);
  const second = await EventSource.open(api, job.id, first.events.at(-1)!.id);
  await second.ended;
  const ids = [...first.events, ...second.events].map(({ id }) => id);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
});

test('when all was seen and the job has ended, the answer is 204', async () => {
  const job = await submitted();
  await finish(job);
  const whole = await EventSource.open(api, job.id);
  await whole.ended;
  const source = await EventSource.open(api, job.id, whole.events.at(-1)!.id);
  expect(source.response.status).toBe(204);
});

test('canceling a job ends its stream with done', async () => {
  const job = await submitted([QUESTION]);
  const source = await EventSource.open(api, job.id);
  await api.request(`/v1/jobs/${job.id}/cancel`, { method: 'POST' });
  await source.ended;
  expect(source.events.at(-1)).toMatchObject({ event: 'done', data: { status: 'canceled' } });
});

test('comment lines keep a silent stream open', async () => {
  const job = await submitted();
  const source = await EventSource.open(api, job.id);
  await vi.waitFor(() => expect(source.comments).toBeGreaterThanOrEqual(2));
  source.close();
});

test('deleting the video ends the stream of its job', async () => {
  const job = await submitted();
  const source = await EventSource.open(api, job.id);
  await api.request(`/v1/videos/${job.video_id}`, { method: 'DELETE' });
  await source.ended;
  expect(source.events.every(({ event }) => event === 'progress')).toBe(true);
});

test('more streams than database connections can be open, and other requests be answered', async () => {
  const job = await submitted();
  const sources = await Promise.all(Array.from({ length: 60 }, () => EventSource.open(api, job.id)));
  expect((await api.request(`/v1/jobs/${job.id}`)).status).toBe(200);
  await finish(job);
  await Promise.all(sources.map(({ ended }) => ended));
  expect(sources.every(({ events }) => events.at(-1)?.event === 'done')).toBe(true);
});

test.each(['x', '-1', '1.5'])('the Last-Event-ID %s is 400', async (id) => {
  const job = await submitted();
  expect((await api.request(`/v1/jobs/${job.id}/events`, { headers: { 'last-event-id': id } })).status).toBe(
    400,
  );
});

test('the stream of another tenant’s job is 404', async () => {
  const job = await submitted();
  expect((await api.request(`/v1/jobs/${job.id}/events`, {}, 'key-two')).status).toBe(404);
});

test('when the API closes, open streams and long polls end', async () => {
  const other = await startApi({}, {}, surroundings);
  const { id } = await other.upload(clip({ seconds: 8, seed: 'closing' }));
  const job = (await other.submit({ video_id: id })).body as Job;
  const source = await EventSource.open(other, job.id);
  const poll = other.request(`/v1/jobs/${job.id}?wait=60`);
  await vi.waitFor(() => expect(source.events.length).toBeGreaterThan(0));
  await other.close();
  await source.ended;
  expect((await poll).body).toMatchObject({ status: 'queued' });
});

test('HEAD of a stream is answered at once, with what GET would begin with', async () => {
  const job = await submitted();
  const head = () => api.request(`/v1/jobs/${job.id}/events`, { method: 'HEAD' });
  const running = await head();
  expect(running.status).toBe(200);
  expect(running.headers.get('content-type')).toContain('text/event-stream');
  await finish(job);
  const seen = { method: 'HEAD', headers: { 'last-event-id': '999' } };
  expect((await api.request(`/v1/jobs/${job.id}/events`, seen)).status).toBe(204);
});
