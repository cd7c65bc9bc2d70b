import { eventSchemas, jobSchema, problem, type Job, type JobEvent } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, SubmitRequest } from '../src/index.js';
import { aJob, anAnswer, aVideo, buildChunk, openFreshDatabase, TENANT } from './fixture.js';

describe('a job', () => {
  let database: Database;
  let close: () => Promise<void>;
  beforeAll(async () => ({ database, close } = await openFreshDatabase()));
  afterAll(() => close());

  const get = async (id: string): Promise<Job> => jobSchema.parse(await database.jobs.get(TENANT, id));
  const events = async (id: string): Promise<JobEvent[]> => {
    const all = await database.jobs.events(id, 0, 1000);
    for (const { event, data } of all) eventSchemas[event].parse(data);
    expect(all.map((event) => event.id)).toEqual(all.map((_, i) => i + 1));
    return all;
  };
  const names = async (id: string): Promise<string> => (await events(id)).map(({ event }) => event).join(' ');

  it('goes from queued through its stages to its end, and tells of every step', async () => {
    const job = await aJob(database, { chunks: 2, questions: 1 });
    expect(job).toMatchObject({
      status: 'queued',
      stage: null,
      progress: { fraction: 0, chunks_total: 2, questions_total: 1 },
      started_at: null,
    });
    await buildChunk(database, job.memory_id, 0);
    expect(await get(job.id)).toMatchObject({
      status: 'running',
      stage: 'perceive',
      progress: { chunks_perceived: 1, chunks_remembered: 1 },
      timings_s: { perceive: 2, remember: 0.5 },
    });
    await buildChunk(database, job.memory_id, 1);
    const running = await get(job.id);
    expect(running).toMatchObject({ status: 'running', stage: 'answer' });
    expect(running.progress.eta_s).not.toBeNull();

    const question = running.questions[0]?.id ?? '';
    const begun = await database.stages.beginAnswer(question);
    expect(begun).toMatchObject({
      task: {
        chunk: 1,
        question: { id: question, asOfS: null },
        memory: { id: job.memory_id },
      },
    });
    expect(await database.stages.memoryAfter(job.memory_id, 1)).toMatchObject({ novelty: 0.5 });
    expect(await database.stages.commitAnswer(question, anAnswer, { seconds: 0.25 })).toBe(true);
    expect(await database.stages.commitAnswer(question, anAnswer, { seconds: 0.25 })).toBe(false);

    const done = await get(job.id);
    expect(done).toMatchObject({
      status: 'succeeded',
      stage: null,
      error: null,
      progress: { fraction: 1, questions_answered: 1, eta_s: 0 },
      timings_s: { perceive: 4, remember: 1, answer: 0.25 },
    });
    expect(done.questions[0]?.answer?.evidence).toEqual([
      { ...anAnswer.evidence[0], thumbnail_url: `/v1/memories/${job.memory_id}/frames/12/thumbnail` },
    ]);
    expect(done.questions[0]?.latency_s).toBeGreaterThanOrEqual(0);
    expect(done.finished_at).not.toBeNull();
    expect(await names(job.id)).toBe(
      'progress progress progress progress progress progress answer progress done',
    );
    expect((await events(job.id)).at(-1)?.data).toEqual(done);
    expect((await database.jobs.events(job.id, 7, 1)).map(({ id }) => id)).toEqual([8]);
  });

  it('ends at once on a memory that stands, when it asks nothing', async () => {
    const video = await aVideo(database);
    const first = await aJob(database, { chunks: 1, video });
    await buildChunk(database, first.memory_id, 0);
    const second = await aJob(database, { chunks: 1, video });
    expect(second).toMatchObject({
      status: 'succeeded',
      memory_id: first.memory_id,
      timings_s: { perceive: 0, remember: 0 },
      progress: { fraction: 1 },
    });
    expect(await names(second.id)).toBe('progress done');
  });

  it('fails with one of its questions, and still gives the other answers', async () => {
    const job = await aJob(database, { chunks: 1, questions: 2 });
    await buildChunk(database, job.memory_id, 0);
    const [good = '', bad = ''] = (await get(job.id)).questions.map(({ id }) => id);
    await database.stages.failQuestion(bad, problem('inference-failed', 'the graph threw'));
    await database.stages.commitAnswer(good, anAnswer, { seconds: 0.1 });
    expect(await get(job.id)).toMatchObject({
      status: 'failed',
      error: { detail: '1 of 2 questions failed: the graph threw' },
      questions: [{ status: 'answered' }, { status: 'failed' }],
    });
  });

  it('is canceled with its queued questions, and no other job with it', async () => {
    const video = await aVideo(database);
    const [canceled, other] = [
      await aJob(database, { chunks: 1, video, questions: 1 }),
      await aJob(database, { chunks: 1, video, questions: 1 }),
    ];
    expect(await database.jobs.cancel(TENANT, canceled.id)).toBe('canceled');
    expect(await database.jobs.cancel(TENANT, canceled.id)).toBe('ended');
    expect(await database.jobs.cancel('somebody-else', other.id)).toBeNull();
    expect(await get(canceled.id)).toMatchObject({ status: 'canceled', questions: [{ status: 'canceled' }] });
    expect(await names(canceled.id)).toBe('progress answer progress done');
    expect(await get(other.id)).toMatchObject({ status: 'queued', questions: [{ status: 'queued' }] });
    expect(await database.memories.wanted(other.memory_id)).toBe(true);
  });

  const request = async (over: Partial<SubmitRequest> = {}): Promise<SubmitRequest> => ({
    tenant: TENANT,
    video: over.video ?? (await aVideo(database)),
    model: 'loci-nano@0.1.0',
    samplingFps: 2,
    frames: 30,
    chunks: 1,
    clock: { slows: null },
    questions: [],
    ...over,
  });

  it('is made once by requests with the same idempotency key, also when they come together', async () => {
    const same = await request({ idempotency: { key: 'once', requestHash: 'a' } });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => database.jobs.submit(same)));
    expect(new Set(outcomes.map(({ job }) => job.id)).size).toBe(1);
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    await expect(
      database.jobs.submit({ ...same, idempotency: { key: 'once', requestHash: 'b' } }),
    ).rejects.toMatchObject({ problemName: 'idempotency-mismatch' });
    const elsewhere = await request({
      tenant: 'other',
      video: await aVideo(database, 'other'),
      idempotency: { key: 'once', requestHash: 'b' },
    });
    expect((await database.jobs.submit(elsewhere)).created).toBe(true);
  });

  it('shares its memory with the jobs submitted at the same time', async () => {
    const same = await request();
    const jobs = await Promise.all(Array.from({ length: 5 }, () => database.jobs.submit(same)));
    expect(new Set(jobs.map(({ job }) => job.memory_id)).size).toBe(1);
    expect(new Set(jobs.map(({ job }) => job.id)).size).toBe(5);
    const finer = await database.jobs.submit({ ...same, samplingFps: 4 });
    const ofKeys = await database.jobs.submit({ ...same, samplingPictures: 'key' });
    const memories = [
      jobs[0],
      finer,
      ofKeys,
      await database.jobs.submit({ ...same, samplingPictures: 'key' }),
    ];
    expect(new Set(memories.map((submitted) => submitted?.job.memory_id)).size).toBe(3);
  });

  it('cannot be made on a video of another tenant', async () => {
    await expect(
      database.jobs.submit(await request({ video: await aVideo(database, 'other') })),
    ).rejects.toMatchObject({ problemName: 'not-found' });
  });

  it('keeps its metadata, and refuses text that cannot be kept', async () => {
    const { job } = await database.jobs.submit(await request({ metadata: { run: 7, tags: ['a', null] } }));
    expect((await get(job.id)).metadata).toEqual({ run: 7, tags: ['a', null] });
    const unkeepable = await request({ questions: [{ ask: { question: 'a\0b' }, needsChunks: 1 }] });
    await expect(database.jobs.submit(unkeepable)).rejects.toMatchObject({ problemName: 'invalid-request' });
    await expect(database.jobs.submit(await request({ metadata: { nul: 'a\0b' } }))).rejects.toMatchObject({
      problemName: 'invalid-request',
    });
  });

  it('is listed newest first, page by page, whatever is submitted meanwhile', async () => {
    const tenant = 'lister';
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await aJob(database, { tenant, questions: i })).id);
    const first = await database.jobs.list(tenant, { limit: 2 });
    await aJob(database, { tenant });
    const second = await database.jobs.list(tenant, { limit: 2, cursor: first.next_cursor ?? '' });
    const third = await database.jobs.list(tenant, { limit: 2, cursor: second.next_cursor ?? '' });
    expect([first, second, third].flatMap(({ data }) => data.map(({ id }) => id))).toEqual(
      [...ids].reverse(),
    );
    expect(third.next_cursor).toBeNull();
    expect(third.data[0]).not.toHaveProperty('questions');
    await expect(database.jobs.list(tenant, { limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({
      problemName: 'invalid-request',
    });
  });
});
