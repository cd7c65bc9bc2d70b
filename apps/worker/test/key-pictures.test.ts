import { join } from 'node:path';
import { loopClip, sampleClip, WorkerHarness, type RunResult, type StoredClip } from '@loci/harness';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS } from './harness.js';

/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;
const SECONDS = 70;

describe('a memory of key pictures alone', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let undisturbed: RunResult;
  const submit = (samplingPictures: 'all' | 'key' = 'key') =>
    harness.submit(clip, ASKS, undefined, { samplingPictures });

  beforeAll(async () => {
    harness = await WorkerHarness.open();
    const file = join(harness.folder, 'keys.mp4');
    // its key pictures lie many seconds apart: some chunks show one alone
    await loopClip(await sampleClip(), SECONDS, file);
    clip = await harness.storeClip(file);
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  it('is another one than that of all pictures, and answers', async () => {
    await harness.startWorker();
    undisturbed = await harness.result(await submit());
    expect(undisturbed.status).toBe('succeeded');
    expect((await harness.result(await submit('all'))).digest).not.toBe(undisturbed.digest);
  });

  it('is the same, bit for bit, of three workers', async () => {
    await Promise.all([1, 2, 3].map(() => harness.startWorker()));
    expect(await harness.result(await submit())).toEqual(undisturbed);
  });

  it.each([1, 3])('and when the worker is killed once it has remembered %i chunks', async (head) => {
    const worker = await harness.startWorker();
    const job = await submit();
    await harness.waitForRow(`select 1 from memory where id = $1 and head >= ${head}`, [job.memory_id]);
    await worker.kill();
    await harness.startWorker();
    expect(await harness.result(job)).toEqual(undisturbed);
  });
});
