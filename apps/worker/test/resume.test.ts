import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { STAGES } from '@loci/contracts';
import type { ProvingGround, RunResult, StoredClip } from '@loci/tools/runs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS, BEGUN, groundWithClip } from './ground.js';

/** Three chunks of the shipped model, the last one short. */
const SECONDS = 40;
const CHUNKS = 3;
/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;

describe('a memory and its answers are the same, bit for bit,', { timeout: PATIENCE_MS }, () => {
  let ground: ProvingGround;
  let clip: StoredClip;
  let undisturbed: RunResult;

  beforeAll(async () => {
    ({ ground, clip } = await groundWithClip(SECONDS));
    await ground.work();
    undisturbed = await ground.result(await ground.submit(clip, ASKS));
    expect(undisturbed.status).toBe('succeeded');
    expect(undisturbed.answers).not.toContain(null);
  }, PATIENCE_MS);
  afterAll(() => ground.close());
  afterEach(() => ground.killWorkers());

  it.each(STAGES)('when the worker is killed while it is to %s', async (stage) => {
    for (let caught = false; !caught;) {
      const worker = await ground.work();
      const job = await ground.submit(clip, ASKS);
      await ground.until(BEGUN[stage], [job.memory_id]);
      await worker.kill();
      // it may have finished the piece between our look and the kill: then once more
      caught = await ground.finds(BEGUN[stage], [job.memory_id]);
      await ground.work();
      expect(await ground.result(job)).toEqual(undisturbed);
      await ground.killWorkers();
    }
  });

  it.each(STAGES)('when the worker hands back what it is to %s, told to stop at once', async (stage) => {
    const worker = await ground.work({ DRAIN_MS: '0' });
    const job = await ground.submit(clip, ASKS);
    await ground.until(BEGUN[stage], [job.memory_id]);
    expect(await worker.drain()).toEqual({ code: 0, signal: null });
    for (const begun of Object.values(BEGUN)) expect(await ground.finds(begun, [job.memory_id])).toBe(false);
    await ground.work();
    expect(await ground.result(job)).toEqual(undisturbed);
  });

  it('when the worker is told to stop and finishes what it has begun', async () => {
    const worker = await ground.work();
    const job = await ground.submit(clip, ASKS);
    await ground.until(BEGUN.remember, [job.memory_id]);
    expect(await worker.drain()).toEqual({ code: 0, signal: null });
    for (const begun of Object.values(BEGUN)) expect(await ground.finds(begun, [job.memory_id])).toBe(false);
    await ground.work();
    expect(await ground.result(job)).toEqual(undisturbed);
  });

  it('when the queue is emptied half-way', async () => {
    await ground.work();
    const job = await ground.submit(clip, ASKS);
    await ground.until(`select 1 from memory where id = $1 and head >= 1`, [job.memory_id]);
    await ground.queues.empty();
    expect(await ground.result(job)).toEqual(undisturbed);
  });

  it('when Postgres is restarted half-way', async () => {
    await ground.work();
    const job = await ground.submit(clip, ASKS);
    await ground.until(`select 1 from memory where id = $1 and head >= 1`, [job.memory_id]);
    await ground.restartPostgres();
    expect(await ground.result(job)).toEqual(undisturbed);
  });

  it('when two workers, each with a queue of its own, race for every chunk', async () => {
    await ground.work();
    await ground.work({ QUEUE_URL: await ground.anotherDatabase('rival_queue'), SWEEP_MS: '200' });
    expect(await ground.result(await ground.submit(clip, ASKS))).toEqual(undisturbed);
  });

  it('when features are lost from the store before they are remembered', async () => {
    const perceiver = await ground.work({ WORKER_STAGES: 'perceive' });
    const job = await ground.submit(clip, ASKS);
    await ground.until(
      `select 1 from chunk where memory_id = $1 and status = 'perceived' having count(*) = ${CHUNKS}`,
      [job.memory_id],
    );
    await perceiver.kill();
    await ground.loseFeatures(job.memory_id, 1);
    await ground.work();
    expect(await ground.result(job)).toEqual(undisturbed);
    expect(
      await readdir(join(ground.folder, 'objects', 'features'), { recursive: true }).then((names) =>
        names.filter((name) => name.includes(`${job.memory_id}/`)),
      ),
    ).toEqual([]);
  });
});
