import { newId } from '@loci/contracts';
import { waitFor } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, SubmitRequest } from '../src/index.js';
import { aVideo, buildChunk, openFreshDatabase, statementsOf, TENANT } from './fixture.js';

describe('submitting a job', () => {
  let database: Database;
  let url: string;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, url, close } = await openFreshDatabase());
  });
  afterAll(() => close());

  const QUESTIONS = Array.from({ length: 3 }, (_, i) => ({
    ask: { question: `How many chairs, for the ${i}th time?` },
    needsChunks: 2,
  }));
  const aRequest = async (over: Partial<SubmitRequest> = {}): Promise<SubmitRequest> => ({
    ...{ tenant: TENANT, video: await aVideo(database), model: 'loci-nano@0.1.0' },
    ...{ samplingFps: 2, frames: 60, chunks: 2, clock: { slows: null }, questions: QUESTIONS },
    ...over,
  });

  /** The functions that are called, and the statements that are none. */
  const calls = async (work: () => Promise<unknown>): Promise<string[]> =>
    (await statementsOf(work)).map((text) => /^SELECT (\w+)\(/.exec(text)?.[1] ?? text);

  it('costs one call, whatever it asks, where the memory stands as it did', async () => {
    const request = await aRequest();
    expect(await calls(() => database.jobs.submit(request))).toEqual(['submit_job']);
    await database.jobs.submit(request);
    for (const idempotency of [undefined, { key: newId('job'), requestHash: 'a' }])
      expect(await calls(() => database.jobs.submit({ ...request, idempotency }))).toEqual(['submit_job']);
  });

  it('and so does reading the job, whatever it has asked', async () => {
    const { job } = await database.jobs.submit(await aRequest({ metadata: { run: 7 } }));
    let read: unknown;
    expect(
      await statementsOf(async () => {
        read = await database.jobs.get(TENANT, job.id);
      }),
    ).toHaveLength(1);
    expect(read).toEqual({ ...job, timings_s: expect.anything() as unknown });
    expect(await database.jobs.get('other', job.id)).toBeNull();
  });

  it('costs one call more, where the memory has changed, and tells how it stands now', async () => {
    const request = await aRequest();
    const { job } = await database.jobs.submit(request);
    await database.jobs.submit(request);
    await buildChunk(database, job.memory_id, 0);
    expect(
      await calls(async () => {
        const { progress } = (await database.jobs.submit(request)).job;
        expect(progress).toMatchObject({ chunks_perceived: 1, chunks_remembered: 1 });
      }),
    ).toEqual(['submit_job', 'submit_job']);
  });

  it('makes work due on a memory that nobody waits for, and for questions that it can answer', async () => {
    const request = await aRequest({ chunks: 1, frames: 30, questions: [] });
    const question = { ask: { question: 'How many chairs are there?' }, needsChunks: 1 };
    const submit = (over: Partial<SubmitRequest> = {}) => database.jobs.submit({ ...request, ...over });
    const first = await submit();
    const dues = [first.due, (await submit()).due, (await submit({ questions: [question] })).due];
    await buildChunk(database, first.job.memory_id, 0);
    dues.push((await submit({ questions: [question] })).due);
    expect(dues).toEqual([true, false, false, true]);
  });

  it('lets a stage change many jobs with no more statements than one', async () => {
    const counts = [];
    for (const jobs of [1, 6]) {
      const request = await aRequest();
      const submitted = [];
      for (let i = 0; i < jobs; i++) submitted.push(await database.jobs.submit(request));
      const { memory_id } = submitted[0]!.job;
      counts.push((await statementsOf(() => buildChunk(database, memory_id, 0))).length);
      for (const { job } of submitted)
        expect(await database.jobs.get(TENANT, job.id)).toMatchObject({
          status: 'running',
          progress: { chunks_remembered: 1 },
        });
    }
    expect(counts[1]).toBeLessThanOrEqual(counts[0]!);
  });

  it('does not wait for another submit on the same memory', async () => {
    const request = await aRequest();
    const { job } = await database.jobs.submit(request);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    // another submit that has not ended yet holds the memory as it stands
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM memory WHERE id = $1 FOR SHARE', [job.memory_id]);
    expect((await database.jobs.submit(request)).job.memory_id).toBe(job.memory_id);
    await other.query('ROLLBACK');
    await other.end();
  });

  it('waits for a commit that is under way, and stands on what that leaves', async () => {
    const request = await aRequest({ chunks: 1, frames: 30, questions: [] });
    const { job } = await database.jobs.submit(request);
    await database.jobs.submit(request);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('BEGIN');
    const remembered = "UPDATE memory SET status = 'ready', head = 1, finished_at = now() WHERE id = $1";
    await other.query(remembered, [job.memory_id]);
    const late = database.jobs.submit(request);
    const waits = async () => {
      const { rowCount } = await other.query('SELECT 1 FROM pg_locks WHERE NOT granted');
      return rowCount === 0 ? null : true;
    };
    await Promise.race([late, waitFor(waits)]);
    await other.query('COMMIT');
    await other.end();
    expect((await late).job.status).toBe('succeeded');
  });

  it('forgets an idempotency key after a day, and makes another job then', async () => {
    const request = await aRequest({ idempotency: { key: 'daily', requestHash: 'a' } });
    const first = await database.jobs.submit(request);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("UPDATE idempotency_key SET created_at = now() - interval '25 hours'");
    const other = await aRequest({ idempotency: { key: 'other', requestHash: 'a' } });
    await database.jobs.submit(other);
    const { rows } = await client.query<{ key: string }>('SELECT key FROM idempotency_key');
    await client.end();
    expect(rows.map(({ key }) => key)).toEqual(['other']);
    const again = await database.jobs.submit({ ...request, questions: [] });
    expect([again.created, again.job.id === first.job.id]).toEqual([true, false]);
  });
});
