import { join } from 'node:path';
import { sampleClip, stillClip, WorkerHarness, type RunResult, type StoredClip } from '@loci/harness';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS } from './harness.js';

/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;
/** A black lead up to frame 40, and a pause from 72 to 152. Chunks 3 and 4 show nothing but the pause. */
const CLIP = { leadS: 20, pauseAtS: 16, pauseS: 40 };
const STILL_ENTRIES = `select 1 from memory_entry
  where memory_id = $1 and (frame < 40 or frame between 73 and 151)`;
const ENTRIES = `select 1 from memory_entry where memory_id = $1 and frame $2`;
const UNPERCEIVED = `select 1 from chunk
  where memory_id = $1 and index in (3, 4) and novelty_frames = 0 having count(*) = 2`;

describe('a picture that stands still', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let undisturbed: RunResult;

  beforeAll(async () => {
    harness = await WorkerHarness.open();
    const file = join(harness.folder, 'still.mp4');
    await stillClip(await sampleClip(), CLIP, file);
    clip = await harness.storeClip(file);
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  it('takes no entries, and chunks of nothing else are not perceived', async () => {
    await harness.startWorker();
    const job = await harness.submit(clip, ASKS);
    undisturbed = await harness.result(job);
    expect(undisturbed.status).toBe('succeeded');
    expect(await harness.hasRow(STILL_ENTRIES, [job.memory_id])).toBe(false);
    for (const frames of ['between 40 and 71', '> 152'])
      expect(await harness.hasRow(ENTRIES.replace('$2', frames), [job.memory_id])).toBe(true);
    expect(await harness.hasRow(UNPERCEIVED, [job.memory_id])).toBe(true);
  });

  it('leaves the same memory, bit for bit, with four workers', async () => {
    await Promise.all([1, 2, 3, 4].map(() => harness.startWorker()));
    expect(await harness.result(await harness.submit(clip, ASKS))).toEqual(undisturbed);
  });

  it.each([1, 3, 5])('and when the worker is killed once it has remembered %i chunks', async (head) => {
    const worker = await harness.startWorker();
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(`select 1 from memory where id = $1 and head >= ${head}`, [job.memory_id]);
    await worker.kill();
    await harness.startWorker();
    expect(await harness.result(job)).toEqual(undisturbed);
  });
});
