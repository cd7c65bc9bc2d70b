import { join } from 'node:path';
import { joinClips, sampleClip, WorkerHarness, type RunResult, type StoredClip } from '@loci/harness';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS } from './harness.js';

/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;
/** The picture jumps to another home here, in this chunk. */
const [BOUNDARY_FRAME, BOUNDARY_CHUNK] = [80, 2];
/**
 * Entries of frames since then that a later chunk took than the one that they were fresh in (28 frames, the
 * first 4 more).
 */
const RELEASED = `select 1 from memory_entry
  where memory_id = $1 and frame >= ${BOUNDARY_FRAME} and from_chunk > (frame - 4) / 28`;
const PENDING = `select 1 from pending_frames where memory_id = $1`;

describe('what a video shows after a shot boundary', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let undisturbed: RunResult;

  beforeAll(async () => {
    harness = await WorkerHarness.open();
    const file = join(harness.folder, 'two-shots.mp4');
    await joinClips([await sampleClip(1), await sampleClip(4)], file);
    clip = await harness.storeClip(file);
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  it('is pending until its place is known, and is remembered then, nothing left over', async () => {
    await harness.startWorker();
    const job = await harness.submit(clip, ASKS);
    undisturbed = await harness.result(job);
    expect(undisturbed.status).toBe('succeeded');
    expect(await harness.hasRow(RELEASED, [job.memory_id])).toBe(true);
    expect(await harness.hasRow(PENDING, [job.memory_id])).toBe(false);
  });

  it('is remembered alike when the worker is killed while it is pending', async () => {
    for (let caught = false; !caught;) {
      const worker = await harness.startWorker();
      const job = await harness.submit(clip, ASKS);
      await harness.waitForRow(`select 1 from memory where id = $1 and head > ${BOUNDARY_CHUNK}`, [
        job.memory_id,
      ]);
      await worker.kill();
      // it may have been released between our look and the kill: then once more
      caught = await harness.hasRow(PENDING, [job.memory_id]);
      await harness.startWorker();
      expect(await harness.result(job)).toEqual(undisturbed);
      await harness.killWorkers();
    }
  });
});
