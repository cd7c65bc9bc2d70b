import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { STAGES } from '@loci/contracts';
import type { RunResult, StoredClip, WorkerHarness } from '@loci/harness';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS, BEGUN, harnessWithClip } from './harness.js';

/** Three chunks of the shipped model, the last one short. */
const SECONDS = 40;
const CHUNKS = 3;
/** A worker has begun the last chunk, the only one of the second run, and not finished it. $1: the memory. */
const BEGUN_NEXT_RUN = `select 1 from attempt where memory_id = $1 and work = 'perceive ${CHUNKS - 1}'`;
/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;

describe('a memory and its answers are the same, bit for bit,', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let undisturbed: RunResult;

  beforeAll(async () => {
    ({ harness, clip } = await harnessWithClip(SECONDS));
    await harness.startWorker();
    undisturbed = await harness.result(await harness.submit(clip, ASKS));
    expect(undisturbed.status).toBe('succeeded');
    expect(undisturbed.answers).not.toContain(null);
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  it.each(STAGES)('when the worker is killed while it is to %s', async (stage) => {
    for (let caught = false; !caught;) {
      const worker = await harness.startWorker();
      const job = await harness.submit(clip, ASKS);
      await harness.waitForRow(BEGUN[stage], [job.memory_id]);
      await worker.kill();
      // it may have finished the piece between our look and the kill: then once more
      caught = await harness.hasRow(BEGUN[stage], [job.memory_id]);
      await harness.startWorker();
      expect(await harness.result(job)).toEqual(undisturbed);
      await harness.killWorkers();
    }
  });

  it('when the worker is killed in a run that it has gone on with', async () => {
    for (let caught = false; !caught;) {
      const worker = await harness.startWorker();
      const job = await harness.submit(clip, ASKS);
      await harness.waitForRow(BEGUN_NEXT_RUN, [job.memory_id]);
      await worker.kill();
      caught = await harness.hasRow(BEGUN_NEXT_RUN, [job.memory_id]);
      await harness.startWorker();
      expect(await harness.result(job)).toEqual(undisturbed);
      await harness.killWorkers();
    }
  });

  it.each(STAGES)('when the worker hands back what it is to %s, told to stop at once', async (stage) => {
    const worker = await harness.startWorker({ DRAIN_MS: '0' });
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(BEGUN[stage], [job.memory_id]);
    expect(await worker.drain()).toEqual({ code: 0, signal: null });
    for (const begun of Object.values(BEGUN))
      expect(await harness.hasRow(begun, [job.memory_id])).toBe(false);
    await harness.startWorker();
    expect(await harness.result(job)).toEqual(undisturbed);
  });

  it('when the worker is told to stop and finishes what it has begun', async () => {
    const worker = await harness.startWorker();
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(BEGUN.remember, [job.memory_id]);
    expect(await worker.drain()).toEqual({ code: 0, signal: null });
    for (const begun of Object.values(BEGUN))
      expect(await harness.hasRow(begun, [job.memory_id])).toBe(false);
    await harness.startWorker();
    expect(await harness.result(job)).toEqual(undisturbed);
  });

  it('when the queue is emptied half-way', async () => {
    await harness.startWorker();
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(`select 1 from memory where id = $1 and head >= 1`, [job.memory_id]);
    await harness.queues.empty();
    expect(await harness.result(job)).toEqual(undisturbed);
  });

  it('when Postgres is restarted half-way', async () => {
    await harness.startWorker();
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(`select 1 from memory where id = $1 and head >= 1`, [job.memory_id]);
    await harness.restartPostgres();
    expect(await harness.result(job)).toEqual(undisturbed);
  });

  it('when two workers, each with a queue of its own, race for every chunk', async () => {
    await harness.startWorker();
    await harness.startWorker({ QUEUE_URL: await harness.createDatabase('rival_queue'), SWEEP_MS: '200' });
    expect(await harness.result(await harness.submit(clip, ASKS))).toEqual(undisturbed);
  });

  it('when features are lost from the store before they are remembered', async () => {
    const perceiver = await harness.startWorker({ WORKER_STAGES: 'perceive' });
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(
      `select 1 from chunk where memory_id = $1 and status = 'perceived' having count(*) = ${CHUNKS}`,
      [job.memory_id],
    );
    await perceiver.kill();
    await harness.deleteFeatures(job.memory_id, 1);
    await harness.startWorker();
    expect(await harness.result(job)).toEqual(undisturbed);
    expect(
      await readdir(join(harness.folder, 'objects', 'features'), { recursive: true }).then((names) =>
        names.filter((name) => name.includes(`${job.memory_id}/`)),
      ),
    ).toEqual([]);
  });
});
