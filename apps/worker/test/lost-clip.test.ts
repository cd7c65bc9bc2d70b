import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredClip, WorkerHarness } from '@loci/harness';
import { videoKey } from '@loci/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASKS, harnessWithClip } from './harness.js';

/** One chunk of the shipped model. */
const SECONDS = 10;
const PATIENCE_MS = 120_000;

describe('a job whose clip is not in the store as it was uploaded', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let file: string;

  beforeAll(async () => {
    ({ harness, clip } = await harnessWithClip(SECONDS));
    file = join(harness.folder, `${SECONDS}s.mp4`);
    await harness.startWorker();
  }, PATIENCE_MS);
  afterAll(() => harness.close());

  it.each([
    { damage: 'missing', damaged: null, said: `there is no object` },
    { damage: 'cut short', damaged: 20_000, said: `has 20000 bytes instead of` },
  ])('fails when it is $damage, says so, and succeeds once it is mended', async ({ damaged, said }) => {
    const key = videoKey(clip.sha256);
    if (damaged === null) await harness.store.delete(key);
    else await harness.store.put(key, (await readFile(file)).subarray(0, damaged));
    const job = await harness.submit(clip, ASKS);
    expect((await harness.result(job, 60_000)).status).toBe('failed');
    const { error } = await harness.job(job);
    expect(error?.type).toBe('https://loci.dev/problems/clip-lost');
    expect(error?.detail).toContain(key);
    expect(error?.detail).toContain(said);

    await harness.store.put(key, createReadStream(file));
    const again = await harness.submit(clip, ASKS, harness.tenantOf(job));
    expect(again.memory_id).toBe(job.memory_id);
    expect((await harness.result(again)).status).toBe('succeeded');
  });

  it('goes on when it comes back within seconds', async () => {
    const key = videoKey(clip.sha256);
    await harness.store.delete(key);
    const job = await harness.submit(clip, ASKS);
    await harness.waitForRow(`select 1 from job where id = $1 and status = 'running'`, [job.id]);
    await harness.store.put(key, createReadStream(file));
    expect((await harness.result(job)).status).toBe('succeeded');
  });
});
