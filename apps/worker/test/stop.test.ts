import type { StoredClip, WorkerHarness } from '@loci/harness';
import { freePort } from '@loci/host';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS, BEGUN, harnessWithClip, sampleOf } from './harness.js';

/** One chunk of the shipped model. */
const SECONDS = 10;

describe('a worker stops', { timeout: 300_000 }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;

  beforeAll(async () => {
    ({ harness, clip } = await harnessWithClip(SECONDS));
  });
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  it('a job whose chunk three workers have died on, instead of looping', async () => {
    const job = await harness.submit(clip, ASKS);
    for (const deaths of [0, 1, 2]) {
      const worker = await harness.startWorker();
      await harness.waitForRow(`${BEGUN.perceive} offset ${deaths}`, [job.memory_id]);
      await worker.kill();
    }
    await harness.startWorker();
    await harness.result(job);
    const { status, error, questions } = await harness.job(job);
    expect(status).toBe('failed');
    expect(error).toMatchObject({
      type: 'https://loci.dev/problems/poison-chunk',
      detail: `3 workers died on perceive ${job.memory_id} 0`,
    });
    expect(questions.map((question) => question.status)).toEqual(['failed', 'failed', 'failed']);
  });

  it('working on a memory that nobody wants any more, and goes on when somebody does again', async () => {
    const long = await sampleOf(harness, 70);
    await harness.startWorker({ WORKER_CONCURRENCY: '1' });
    const job = await harness.submit(long, ASKS);
    await harness.waitForRow(BEGUN.perceive, [job.memory_id]);
    await harness.database.jobs.cancel(harness.tenantOf(job), job.id);
    await harness.waitForRow(
      `select 1 where not exists (${BEGUN.perceive}) and not exists (${BEGUN.remember})`,
      [job.memory_id],
    );
    expect(
      await harness.hasRow(`select 1 from chunk where memory_id = $1 and status = 'pending'`, [
        job.memory_id,
      ]),
    ).toBe(true);
    const again = await harness.submit(long, ASKS, harness.tenantOf(job));
    expect(again.memory_id).toBe(job.memory_id);
    expect((await harness.result(again)).status).toBe('succeeded');
    expect((await harness.job(job)).status).toBe('canceled');
  });

  it('with a failed job when the clip cannot be decoded', async () => {
    await harness.startWorker();
    const job = await harness.submit(await harness.storeBrokenClip(clip), ASKS);
    expect((await harness.result(job)).status).toBe('failed');
    expect((await harness.job(job)).error).toMatchObject({ type: 'https://loci.dev/problems/decode-failed' });
  });

  it('with one line that names a bad variable', async () => {
    await expect(harness.startWorker({ MODEL_DIR: '' })).rejects.toThrow(/MODEL_DIR: must be given$/);
    await expect(harness.startWorker({ MODEL_DIR: '/nowhere' })).rejects.toThrow(/loci worker: .*\/nowhere/);
  });

  it('at once on a second signal', async () => {
    const worker = await harness.startWorker();
    worker.signal('SIGTERM');
    worker.signal('SIGINT');
    const { code } = await worker.ended;
    expect([0, 1]).toContain(code);
  });
});

describe('a worker says how it is:', () => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = (await harnessWithClip(SECONDS)).harness;
  });
  afterAll(() => harness.close());

  it('alive, ready, and what it has done', async () => {
    const port = await freePort();
    await harness.startWorker({ WORKER_PORT: String(port) });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({
      status: 'ok',
      checks: { model: 'ok', database: 'ok', queue: 'ok', store: 'ok' },
    });
    expect(await (await get('/metrics')).text()).toContain(
      'loci_queue_deliveries{stage="perceive",state="waiting"} 0',
    );
    expect((await get('/elsewhere')).status).toBe(404);
    expect(await harness.database.installation.workers()).toMatchObject([{ work: [] }]);
  });
});
