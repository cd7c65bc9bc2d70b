import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '@loci/host';
import { sampleClip, WorkerHarness, type RunResult, type StoredClip } from '@loci/harness';
import { remuxedKey } from '@loci/storage';
import { waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASKS } from './harness.js';

/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;
/** When the clock of each part begins, in seconds; each lasts for nine. */
const CLOCKS = [7, 90_000, 50];
const PART_S = 9;

/** A recording as a transport stream, whose clock was set anew twice. */
async function recording(folder: string): Promise<string> {
  const parts = CLOCKS.map(async (clock, index) => {
    const part = join(folder, `${index}.ts`);
    const cut = ['-ss', String(index * PART_S), '-t', String(PART_S), '-i', await sampleClip()];
    const encoding = ['-an', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '24'];
    await ffmpeg(...cut, ...encoding, '-output_ts_offset', String(clock), part);
    return readFile(part);
  });
  const file = join(folder, 'recording.ts');
  await writeFile(file, Buffer.concat(await Promise.all(parts)));
  return file;
}

/** A clip in which the first picture alone is whole; the others are refreshed bit by bit. */
async function refreshing(folder: string): Promise<string> {
  const file = join(folder, 'refreshing.mp4');
  const refresh = ['-x264-params', 'intra-refresh=1:keyint=24:bframes=0:scenecut=0'];
  await ffmpeg('-i', await sampleClip(), '-an', '-c:v', 'libx264', '-preset', 'veryfast', ...refresh, file);
  return file;
}

describe('a transport stream whose clock was set anew', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let byOne: RunResult;

  beforeAll(async () => {
    harness = await WorkerHarness.open();
    clip = await harness.storeClip(await recording(harness.folder));
  }, PATIENCE_MS);
  afterAll(() => harness.close());

  it('lasts as long as its parts, and is remembered', async () => {
    expect(clip.duration_s).toBeCloseTo(CLOCKS.length * PART_S, 0);
    const worker = await harness.startWorker();
    byOne = await harness.result(await harness.submit(clip, ASKS));
    expect(byOne.status).toBe('succeeded');
    await worker.drain();
  });

  it('leaves the same memory, bit for bit, with four workers', async () => {
    await Promise.all([1, 2, 3, 4].map(() => harness.startWorker()));
    expect(await harness.result(await harness.submit(clip, ASKS))).toEqual(byOne);
  });

  it('and so does a clip that is refreshed bit by bit', async () => {
    await harness.killWorkers();
    const refreshed = await harness.storeClip(await refreshing(harness.folder));
    expect(refreshed.access).toMatchObject({ refreshes: true, remuxed_bytes: null });
    await harness.startWorker();
    const alone = await harness.result(await harness.submit(refreshed, ASKS));
    expect(alone.status).toBe('succeeded');
    await Promise.all([1, 2, 3].map(() => harness.startWorker()));
    expect(await harness.result(await harness.submit(refreshed, ASKS))).toEqual(alone);
  });

  it('fails its jobs as clip-lost, and names the copy, while the store lacks that', async () => {
    const key = remuxedKey(clip.sha256);
    const copy = await harness.store.get(key);
    await harness.store.delete(key);
    const job = await harness.submit(clip, []);
    expect((await harness.result(job, 60_000)).status).toBe('failed');
    expect((await harness.job(job)).error?.detail).toContain(key);
    await harness.store.put(key, copy);
  });

  it('takes its copy with it when it is deleted', async () => {
    const videos = await harness.rows.query<{ id: string; tenant: string }>('select id, tenant from video');
    for (const { id, tenant } of videos.rows) await harness.database.videos.delete(tenant, id);
    await waitFor(async () => ((await harness.store.has(remuxedKey(clip.sha256))) ? null : true));
  });
});
