import { MAX_DEATHS } from '@loci/pipeline';
import { startPostgres, waitFor, type TestServer } from '@loci/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../src/index.js';
import { aJob, aRememberedChunk } from './fixture.js';

const DONE = { seconds: 1 };

describe('attempts', () => {
  let server: TestServer;
  /** Belongs to a worker that lives through all tests. */
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase(server.url);
    await database.migrate();
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  /** How many workers show that they live. */
  const living = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rowCount } = await client.query(`select 1 from pg_locks where locktype = 'advisory'`);
    await client.end();
    return rowCount ?? 0;
  };
  /** As many workers begin one after the other; none of them is heard of again. */
  async function begin(count: number, work: (worker: Database) => Promise<unknown>): Promise<Database[]> {
    const workers: Database[] = [];
    for (let index = 0; index < count; index += 1) {
      const worker = await openDatabase(server.url, { poolSize: 1 });
      expect(await work(worker)).toHaveProperty('task');
      workers.push(worker);
    }
    return workers;
  }
  /** Ends their sessions, as the kernel does for a process that was killed. */
  async function die(workers: Database[]): Promise<void> {
    await Promise.all(workers.map((worker) => worker.close()));
    await waitFor(async () => ((await living()) <= 1 ? true : null));
  }

  it('make work poison when three workers died on it, whatever the stage', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    const perceive = ({ stages }: Database) => stages.beginPerceive(memory, 0);
    await die(await begin(MAX_DEATHS, perceive));
    expect(await perceive(database)).toEqual({ poison: true });
    await database.stages.commitPerceive(memory, 0, DONE);

    const remember = ({ stages }: Database) => stages.beginRemember(memory, 0);
    await die(await begin(MAX_DEATHS, remember));
    expect(await remember(database)).toEqual({ poison: true });
  });

  it('do not count workers that only stand still', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    const perceive = ({ stages }: Database) => stages.beginPerceive(memory, 0);
    const frozen = await begin(MAX_DEATHS + 1, perceive);
    expect(await perceive(database)).toHaveProperty('task');
    await die(frozen);
    expect(await perceive(database)).toEqual({ poison: true });
  });

  it('do not count those that were taken back or that somebody has finished', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    const ref = { memory_id: memory, chunk: 0 };
    const workers = await begin(MAX_DEATHS, ({ stages }) => stages.beginPerceive(memory, 0));
    await workers[0]!.stages.refundAttempt('perceive', ref);
    await die(workers);
    expect(await database.stages.beginPerceive(memory, 0)).toHaveProperty('task');
    await database.stages.commitPerceive(memory, 0, DONE);
    await database.stages.forgetFeatures(memory, 0);
    expect(await database.stages.beginPerceive(memory, 0)).toHaveProperty('task');
    await database.stages.commitPerceive(memory, 0, DONE);
    await database.stages.beginRemember(memory, 0);
    const done = await database.stages.commitRemember({ id: memory, chunks: 1 }, 0, aRememberedChunk());
    expect(done?.memory).toMatchObject({ head: 1, status: 'ready' });
  });

  it('start over with a job that is submitted again', async () => {
    const job = await aJob(database, { chunks: 1 });
    const perceive = ({ stages }: Database) => stages.beginPerceive(job.memory_id, 0);
    await die(await begin(MAX_DEATHS, perceive));
    await database.memories.fail(job.memory_id, { type: 'x', title: 'x', status: 500 });
    const video = await database.videos.get('acme', job.video_id);
    await aJob(database, { chunks: 1, video: video! });
    expect(await perceive(database)).toHaveProperty('task');
  });

  it('of frozen workers are no deaths after a restart of Postgres, which ends their sessions', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    const perceive = ({ stages }: Database) => stages.beginPerceive(memory, 0);
    const workers = await begin(MAX_DEATHS, perceive);
    await server.restart();
    await Promise.all(workers.map((worker) => worker.close()));
    await waitFor(() =>
      database.check().then(
        () => true,
        () => null,
      ),
    );
    expect(await perceive(database)).toHaveProperty('task');
  });

  it('let go of their locks when their process stands still in a transaction', async () => {
    const { memory_id: memory } = await aJob(database, { chunks: 1 });
    const frozen = await openDatabase(server.url, { poolSize: 1, maxIdleMs: 200 });
    const reached = Promise.withResolvers<undefined>();
    const sha256 = 'ab'.repeat(32);
    const held = frozen.videos.create(
      {
        ...{ tenant: 'acme', sha256, bytes: 1, codec: 'h264', track: 0, start_s: 0 },
        ...{ duration_s: 1, width: 1, height: 1, fps: 1 },
      },
      () => {
        reached.resolve(undefined);
        return new Promise<boolean>(() => undefined);
      },
    );
    held.catch(() => undefined);
    await reached.promise;
    expect(await database.videos.removeClip(sha256, () => Promise.resolve())).toBe(true);
    expect(await database.stages.beginPerceive(memory, 0)).toHaveProperty('task');
    await frozen.close();
  });
});
