import { startPostgres, type TestServer } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, saysUnreachable, type Database } from '../src/index.js';
import { aJob, anEntry, buildChunk, TENANT } from './fixture.js';

describe('when Postgres goes away and comes back', () => {
  let server: TestServer;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase(server.url, { poolSize: 3 });
    await database.migrate();
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  /** Calls until it works: what a caller does with a passing fault. */
  async function untilItWorks<T>(work: () => Promise<T>): Promise<{ value: T; failures: Error[] }> {
    const failures: Error[] = [];
    for (;;) {
      try {
        return { value: await work(), failures };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        failures.push(error);
      }
    }
  }

  it('the work goes on over the same pool, and nothing that was committed is lost', async () => {
    const job = await aJob(database, { chunks: 4 });
    await buildChunk(database, job.memory_id, 0, { opened: [anEntry('working', 0, 0)] });
    // every connection of the pool is in use when the server goes
    const busy = Promise.allSettled(
      Array.from({ length: 12 }, () => database.stages.beginPerceive(job.memory_id, 1)),
    );
    await server.restart();
    await busy;
    const { failures } = await untilItWorks(() => database.check());
    for (const error of failures) expect(error).toBeInstanceOf(Error);

    for (const chunk of [1, 2, 3])
      await untilItWorks(() =>
        buildChunk(database, job.memory_id, chunk, { opened: [anEntry('working', chunk, chunk)] }),
      );
    expect(await database.jobs.get(TENANT, job.id)).toMatchObject({ status: 'succeeded' });
    expect(await database.memories.get(TENANT, job.memory_id)).toMatchObject({ status: 'ready', working: 4 });
  });

  it('idle connections break without a word', async () => {
    await Promise.all([database.check(), database.check(), database.check()]);
    await server.restart();
    await untilItWorks(() => database.check());
    expect((await aJob(database)).status).toBe('queued');
  });

  it('a connection that ends in the commit of a transaction says that Postgres is unreachable', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`
      create function end_connection() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create constraint trigger end_in_commit after insert on job deferrable initially deferred
        for each row execute function end_connection()`);
    const error: unknown = await aJob(database).catch((thrown: unknown) => thrown);
    await client.query('drop trigger end_in_commit on job; drop function end_connection');
    await client.end();
    expect(String(error)).toContain('terminating connection');
    expect(saysUnreachable(error)).toBe(true);
  });

  it('a server that is not there is said at once', async () => {
    await expect(openDatabase('postgres://loci:x@127.0.0.1:1/loci')).rejects.toThrow();
  });
});
