import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startPostgres, waitFor, type TestServer } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, saysUnreachable, type Database } from '../src/index.js';
import { aJob, anEntry, aVideo, buildChunk, TENANT } from './fixture.js';

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

  /** A way to the server that can be broken. */
  async function aWay() {
    const { hostname, port } = new URL(server.url);
    const sockets: Socket[] = [];
    let closed = false;
    let refused = 0;
    const way = createServer((near) => {
      if (closed) {
        refused += 1;
        near.resetAndDestroy();
        return;
      }
      const far = connect(Number(port), hostname);
      near.pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      sockets.push(near);
    });
    await once(way.listen(0, '127.0.0.1'), 'listening');
    const url = new URL(server.url);
    url.host = `127.0.0.1:${(way.address() as AddressInfo).port}`;
    const reset = (): void => {
      for (const socket of sockets) socket.resetAndDestroy();
    };
    return {
      url: url.href,
      reset,
      bar: () => {
        closed = true;
        reset();
      },
      unbar: () => (closed = false),
      refused: () => refused,
      close: () => way.close(),
    };
  }

  /** Has each commit of a new video call a function first, until it is told to end. */
  async function inCommit(call: string): Promise<{ client: pg.Client; end: () => Promise<void> }> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`
      create function in_commit() returns trigger language plpgsql as
        $$ begin perform ${call}; return null; end $$;
      create constraint trigger in_commit after insert on video deferrable initially deferred
        for each row execute function in_commit()`);
    const end = async (): Promise<void> => {
      await client.query('drop trigger in_commit on video; drop function in_commit');
      await client.end();
    };
    return { client, end };
  }

  it('a connection that ends in the commit of a transaction says that Postgres is unreachable', async () => {
    const { end } = await inCommit('pg_terminate_backend(pg_backend_pid())');
    const error: unknown = await aVideo(database).catch((thrown: unknown) => thrown);
    await end();
    expect(String(error)).toContain('terminating connection');
    expect(saysUnreachable(error)).toBe(true);
  });

  it('and so does one that is reset there, on the way to the server', async () => {
    const way = await aWay();
    const distant = await openDatabase(way.url);
    const { client, end } = await inCommit('pg_sleep(3600)');
    const thrown = aVideo(distant).catch((error: unknown) => error);
    const sleeping = "select pid from pg_stat_activity where wait_event = 'PgSleep'";
    const pid = await vi.waitFor(async () => {
      const { rows } = await client.query<{ pid: number }>(sleeping);
      expect(rows).toHaveLength(1);
      return rows[0]?.pid;
    }, 10_000);
    way.reset();
    const error = await thrown;
    await client.query('select pg_terminate_backend($1)', [pid]);
    await end();
    await distant.close();
    way.close();
    expect(String(error)).toContain('ConnectionClosed');
    expect(saysUnreachable(error)).toBe(true);
  });

  it('and so does a raw query in a transaction, whose connection is reset while it waits', async () => {
    const video = await aVideo(database);
    const way = await aWay();
    const distant = await openDatabase(way.url);
    const holder = new pg.Client({ connectionString: server.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from video where id = $1 for update', [video.id]);
    const thrown = distant.videos.delete(TENANT, video.id).catch((error: unknown) => error);
    const waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'";
    await vi.waitFor(async () => expect((await holder.query(waiting)).rows).toHaveLength(1), 10_000);
    way.reset();
    const error = await thrown;
    await holder.end();
    await distant.close();
    way.close();
    expect(String(error)).toContain('Code: `N/A`');
    expect(saysUnreachable(error)).toBe(true);
  });

  it('a worker that waits for work is shown again, however often it is refused before', async () => {
    const way = await aWay();
    const worker = await openDatabase(way.url);
    for (const { installation } of [database, worker]) await installation.showWorker();
    const workers = () => database.installation.workers();
    expect(await workers()).toHaveLength(2);
    way.bar();
    await waitFor(() => Promise.resolve(way.refused() > 2 ? true : null));
    expect(await workers()).toHaveLength(1);
    way.unbar();
    await waitFor(async () => ((await workers()).length === 2 ? true : null));
    await worker.close();
    way.close();
  });

  it('a server that is not there is said at once', async () => {
    await expect(openDatabase('postgres://loci:x@127.0.0.1:1/loci')).rejects.toThrow();
  });
});
