import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/index.js';
import { aJob, aRememberedChunk, buildChunk, openFreshDatabase, statementsOf } from './fixture.js';

const AN_HOUR_MS = 3_600_000;

describe('the stages of chunks, while jobs have told their progress a moment ago', () => {
  let database: Database;
  let close: () => Promise<void>;
  beforeAll(async () => ({ database, close } = await openFreshDatabase(AN_HOUR_MS)));
  afterAll(() => close());

  it('tell of a job’s start and its end at once, and of what lies between now and then', async () => {
    const job = await aJob(database, { chunks: 3 });
    for (const chunk of [0, 1, 2]) await buildChunk(database, job.memory_id, chunk);
    const told = await database.jobs.events(job.id, 0, 1000);
    expect(told.map(({ event, data }) => ('status' in data ? `${event} ${data.status}` : event))).toEqual([
      'progress queued',
      'progress running',
      'progress succeeded',
      'done succeeded',
    ]);
  });

  it('cost one statement for each begin and each commit', async () => {
    const { memory_id: id } = await aJob(database, { chunks: 3 });
    await buildChunk(database, id, 0);
    const { stages } = database;
    const statements = await statementsOf(async () => {
      await stages.beginPerceive(id, 1);
      await stages.commitPerceive(id, 1, { seconds: 1 });
      await stages.beginRemember(id, 1);
      await stages.commitRemember({ id, chunks: 3 }, 1, aRememberedChunk());
    });
    expect(statements.map((text) => /^SELECT (\w+)\(/.exec(text)?.[1] ?? text)).toEqual([
      'begin_perceive',
      'commit_perceive',
      'begin_remember',
      'commit_remember',
    ]);
  });
});
