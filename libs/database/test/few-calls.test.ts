import { waitFor } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/index.js';
import { aJob, anAnswer, aRememberedChunk, aVideo, buildChunk } from './fixture.js';
import { openFreshDatabase, statementsOf, TENANT } from './fixture.js';

const AN_HOUR_MS = 3_600_000;

describe('what tells jobs of a change, by few calls', () => {
  let database: Database;
  let close: () => Promise<void>;
  let other: pg.Client;
  beforeAll(async () => {
    const opened = await openFreshDatabase(AN_HOUR_MS);
    ({ database, close } = opened);
    other = new pg.Client({ connectionString: opened.url });
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await close();
  });

  const eventsOf = async (job: string): Promise<string> => {
    const events = await database.jobs.events(job, 0, 1000);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
    return events.map(({ event }) => event).join(' ');
  };

  it('costs a job of one chunk and one question eleven statements, from its begin to its end', async () => {
    // the worker shows itself once
    await buildChunk(database, (await aJob(database, { chunks: 1 })).memory_id, 0);
    const { memory_id: id, questions } = await aJob(database, { chunks: 1, questions: 1 });
    const [question = { id: '' }] = questions;
    const { stages } = database;
    const statements = await statementsOf(async () => {
      const begun = await stages.beginPerceive(id, 0);
      if ('task' in begun) await begun.start?.();
      await stages.commitPerceive(id, 0, { seconds: 1 });
      await stages.beginRemember(id, 0);
      await stages.commitRemember({ id, chunks: 1 }, 0, aRememberedChunk());
      await stages.beginAnswer(question.id);
      await stages.memoryAfter(id, 0);
      await stages.commitAnswer(question.id, anAnswer, { seconds: 1 });
    });
    const names = statements.map((text) => /\b(\w+)\(/.exec(text)?.[1] ?? /\bFROM (\w+)/.exec(text)?.[1]);
    expect(names).toEqual([
      ...['begin_perceive', 'live_jobs', 'change_jobs', 'commit_perceive'],
      ...['begin_remember', 'commit_last'],
      ...['begin_answer', 'memory_entry', 'chunk', 'question_standing', 'commit_answer'],
    ]);
  });

  it('counts each of the answers that are committed at the same time, and ends the job once', async () => {
    const job = await aJob(database, { chunks: 1, questions: 8 });
    await buildChunk(database, job.memory_id, 0);
    const committed = await Promise.all(
      job.questions.map(({ id }) => database.stages.commitAnswer(id, anAnswer, { seconds: 1 })),
    );
    expect(committed).toEqual(job.questions.map(() => true));
    expect(await database.jobs.get(TENANT, job.id)).toMatchObject({
      status: 'succeeded',
      progress: { questions_answered: 8 },
    });
    const told = await eventsOf(job.id);
    expect(told.match(/answer/g)).toHaveLength(8);
    expect(told.match(/done/g)).toHaveLength(1);
  });

  it('ends a job whose memory is completed while its last answer is being committed', async () => {
    const { job } = await database.jobs.submit({
      ...{ tenant: TENANT, video: await aVideo(database), model: 'loci-nano@0.1.0' },
      ...{ samplingFps: 2, frames: 60, chunks: 2, clock: { slows: null } },
      questions: [{ ask: { question: 'How many chairs?' }, needsChunks: 1 }],
    });
    await buildChunk(database, job.memory_id, 0);
    const [question = { id: '' }] = job.questions;

    await other.query('BEGIN');
    await other.query('SELECT FROM memory WHERE id = $1 FOR UPDATE', [job.memory_id]);
    const committed = database.stages.commitAnswer(question.id, anAnswer, { seconds: 1 });
    // it has seen how the job stands, and waits for the lock
    await waitFor(async () => {
      await other.query('SELECT pg_stat_clear_snapshot()');
      const { rowCount } = await other.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%commit_answer(%'
          AND datname = current_database()`,
      );
      return rowCount === 1 ? true : null;
    });
    await other.query(`UPDATE memory SET head = 2, status = 'ready', finished_at = now() WHERE id = $1`, [
      job.memory_id,
    ]);
    await other.query('COMMIT');

    expect(await committed).toBe(true);
    expect(await database.jobs.get(TENANT, job.id)).toMatchObject({
      status: 'succeeded',
      questions: [{ status: 'answered' }],
    });
    expect(await eventsOf(job.id)).toBe('progress progress answer progress done');
  });

  it('tells the same of an answer in its events as in its row', async () => {
    const job = await aJob(database, { chunks: 1, questions: 1 });
    await buildChunk(database, job.memory_id, 0);
    await database.stages.commitAnswer(job.questions[0]?.id ?? '', anAnswer, { seconds: 1 });
    const events = await database.jobs.events(job.id, 0, 1000);
    expect(events.at(-1)?.data).toEqual(await database.jobs.get(TENANT, job.id));
  });
});
