import type { WorkerHarness } from '@loci/harness';
import { childrenOf } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harnessWithClip, sampleOf } from './harness.js';

const JOBS = 8;
/** Decoders that a worker keeps for the next chunk of their clips; see decoder-pool.ts. */
const KEPT = 4;

describe.runIf(process.platform === 'linux')('A worker with many clips', { timeout: 300_000 }, () => {
  let harness: WorkerHarness;
  beforeAll(async () => ({ harness } = await harnessWithClip(1)), 300_000);
  afterAll(() => harness.close());

  it('decodes as many at a time as it may, and the rest wait for their turn', async () => {
    const concurrency = 1;
    const worker = await harness.startWorker({ WORKER_CONCURRENCY: String(concurrency) });
    const clips = [];
    for (let second = 2; second < 2 + JOBS; second += 1) clips.push(await sampleOf(harness, second));
    const jobs = await Promise.all(clips.map((clip) => harness.submit(clip, [])));
    let working = true;
    let most = 0;
    const watch = async () => {
      while (working) most = Math.max(most, (await childrenOf(worker.pid)).length);
    };
    const watching = watch();
    const results = await Promise.all(jobs.map((job) => harness.result(job)));
    working = false;
    await watching;
    expect(results.map(({ status }) => status)).toEqual(jobs.map(() => 'succeeded'));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(KEPT + concurrency);
  });
});
