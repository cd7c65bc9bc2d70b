import { startPostgres, type TestServer } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, type Database } from '../src/index.js';
import { aJob, anAnswer, buildChunk, TENANT } from './fixture.js';

const WAIT = { timeout: 30_000, interval: 20 };

describe('who waits for a job or an answer', () => {
  let server: TestServer;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase(server.url, { quietMs: 0 });
    await database.migrate();
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  /** Works on new things until something is heard of one: the first listener opens the session that hears. */
  async function isHeard(work: (hear: (id: string) => void) => Promise<unknown>): Promise<void> {
    const heard = vi.fn();
    const ends: (() => void)[] = [];
    await vi.waitFor(async () => {
      await work((id) => ends.push(database.news.hear(id, heard)));
      expect(heard).toHaveBeenCalled();
    }, WAIT);
    for (const end of ends) end();
  }
  const cancelOne = async (hear: (id: string) => void): Promise<void> => {
    const { id } = await aJob(database);
    hear(id);
    await database.jobs.cancel(TENANT, id);
  };

  it('hears of what a commit tells of it, and of nothing else', async () => {
    await isHeard(cancelOne);
    const [waited, other] = [await aJob(database, { chunks: 2 }), await aJob(database, { chunks: 2 })];
    const [heard, heardNoMore] = [vi.fn(), vi.fn()];
    const end = database.news.hear(waited.id, heard);
    database.news.hear(other.id, heardNoMore)();
    await buildChunk(database, other.memory_id, 0);
    expect(heard).not.toHaveBeenCalled();
    await buildChunk(database, waited.memory_id, 0);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), WAIT);
    expect(heardNoMore).not.toHaveBeenCalled();
    end();
  });

  it('hears again when the server was away', async () => {
    await isHeard(cancelOne);
    await server.restart();
    await vi.waitFor(() => database.check(), WAIT);
    await isHeard(cancelOne);
  });

  it('hears of the end of a question that no job asked', async () => {
    const job = await aJob(database, { chunks: 1 });
    await buildChunk(database, job.memory_id, 0);
    await isHeard(async (hear) => {
      const ask = { ask: { question: 'How many chairs are there?' }, needsChunks: 1 };
      const id = (await database.questions.ask(TENANT, job.memory_id, ask))?.id ?? '';
      hear(id);
      await database.stages.commitAnswer(id, anAnswer, { seconds: 0.1 });
    });
  });
});
