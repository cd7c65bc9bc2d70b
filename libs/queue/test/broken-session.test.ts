import { STAGES } from '@loci/contracts';
import { startPostgres, type TestServer } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openQueues } from '../src/index.js';
import { WAIT } from './fixture.js';

/** Held, it stops whoever opens the queue while its tables are looked at. */
const MIGRATION_LOCK = "pg_advisory_lock(x'42554c4c'::int, hashtext('loci_queue'))";

describe('when Postgres ends the sessions of a queue', () => {
  let server: TestServer;
  let admin: pg.Client;
  const uncaught: Error[] = [];
  const note = (error: Error): void => void uncaught.push(error);
  beforeAll(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    process.on('uncaughtExceptionMonitor', note);
  });
  afterAll(async () => {
    process.off('uncaughtExceptionMonitor', note);
    await admin.end();
    await server.stop();
  });

  /** Ends the sessions that wait for the lock, once there are so many. */
  const endWaiting = (count: number): Promise<void> =>
    vi.waitFor(async () => {
      const { rows } = await admin.query<{ pid: number }>(
        "select pid from pg_stat_activity where wait_event = 'advisory'",
      );
      expect(rows).toHaveLength(count);
      for (const { pid } of rows) await admin.query('select pg_terminate_backend($1)', [pid]);
    }, WAIT);

  it('a process that opens it is told, and lives on', async () => {
    await (await openQueues(server.url)).close();
    await admin.query(`select ${MIGRATION_LOCK}`);
    const opening = openQueues(server.url);
    const told = expect(opening).rejects.toThrow(/terminat/);
    await endWaiting(STAGES.length);
    await told;
    await admin.query('select pg_advisory_unlock_all()');
    expect(uncaught).toEqual([]);
  });
});
