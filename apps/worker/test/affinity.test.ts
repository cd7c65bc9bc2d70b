import type { StoredClip, WorkerHarness, WorkerProcess } from '@loci/harness';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { harnessWithClip } from './harness.js';

/** Five chunks of the shipped model, in three runs. */
const SECONDS = 70;
/** A sweep would plan again what a slow machine is at for too long. */
const NO_SWEEP = '600000';

describe('of a clip that two workers could perceive,', { timeout: 300_000 }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  beforeAll(async () => {
    ({ harness, clip } = await harnessWithClip(SECONDS));
  });
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  /** The chunks of a memory that a worker has perceived, by its log. */
  const perceivedBy = ({ log }: WorkerProcess, memoryId: string): number[] =>
    log
      .split('\n')
      .filter((line) => line.includes('"committed"'))
      .flatMap((line) => new RegExp(`perceive ${memoryId} (\\d+)`).exec(line)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);

  it('all runs stay with the one that has begun', async () => {
    const settings = { CLIP_WORKERS: '1', SWEEP_MS: NO_SWEEP };
    const workers = await Promise.all([1, 2].map(() => harness.startWorker(settings)));
    const jobs = [await harness.submit(clip, []), await harness.submit(clip, [])];
    for (const job of jobs) expect((await harness.result(job)).status).toBe('succeeded');
    for (const { memory_id: memoryId } of jobs)
      expect(workers.map((worker) => perceivedBy(worker, memoryId)).sort()).toEqual([[], [0, 1, 2, 3, 4]]);
  });
});
