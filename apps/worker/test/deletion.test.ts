import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoredClip, WorkerHarness } from '@loci/harness';
import { memoryPrefixes, videoKey } from '@loci/storage';
import { BuiltProgram, waitFor } from '@loci/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS, harnessWithClip, sampleOf } from './harness.js';

const TENANT = 'acme';
/** Three chunks of the shipped model. */
const SECONDS = 40;
const PATIENCE_MS = 120_000;

describe('a deleted video leaves no object behind', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;

  beforeAll(async () => {
    ({ harness, clip } = await harnessWithClip(SECONDS));
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  /** The keys of all objects in the store whose key holds a text. */
  const objectsOf = async (text: string): Promise<string[]> => {
    const root = join(harness.folder, 'objects');
    // folders may go while they are read: then once more
    const entries = await waitFor(() =>
      readdir(root, { recursive: true, withFileTypes: true }).catch(() => null),
    );
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((key) => key.includes(text));
  };
  const untilGone = (text: string): Promise<true> =>
    waitFor(async () => ((await objectsOf(text)).length === 0 ? true : null));

  /** An API of its own process, and how to delete a video through it. */
  const startApi = async () => {
    const api = new BuiltProgram('apps/api/main', {
      ...harness.environment,
      API_KEYS: `${TENANT}:key`,
      PORT: '0',
      LOG_LEVEL: 'info',
    });
    const [, url = ''] = await api.waitForOutput(/"url":"([^"]+)"/);
    const remove = (videoId: string) =>
      fetch(`${url}/v1/videos/${videoId}`, { method: 'DELETE', headers: { authorization: 'Bearer key' } });
    return { api, remove };
  };

  it('when the API is killed as it deletes it', async () => {
    const { video_id: videoId, memory_id: memoryId } = await harness.submit(clip, ASKS, TENANT);
    for (const prefix of memoryPrefixes(memoryId))
      for (let chunk = 0; chunk < 200; chunk += 1)
        await harness.store.put(`${prefix}${chunk}`, new Uint8Array(1000));

    const killed = await startApi();
    const answer = killed.remove(videoId).catch(() => null);
    await harness.waitForRow(`select 1 where not exists (select 1 from video where id = $1)`, [videoId]);
    await killed.api.stop('SIGKILL');
    await answer;

    await harness.startWorker();
    await untilGone(memoryId);
    await untilGone(videoKey(clip.sha256));
    const { api, remove } = await startApi();
    expect((await remove(videoId)).status).toBe(204);
    await api.stop();
  });

  it('when processes were killed that wrote, an hour ago', async () => {
    const orphans = [
      'uploads/vid_left',
      `videos/${'0'.repeat(64)}`,
      `remuxed/${'0'.repeat(64)}`,
      'map/mem_left/0',
      'frames/mem_left/0',
      '.incoming/left',
    ];
    const { memory_id: kept } = await harness.submit(await sampleOf(harness, SECONDS), []);
    await harness.store.put(`map/${kept}/0`, new Uint8Array(9));
    const anHourAgo = new Date(Date.now() - 3_700_000);
    for (const key of [...orphans, `map/${kept}/0`]) {
      const file = join(harness.folder, 'objects', key);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, 'left');
      await utimes(file, anHourAgo, anHourAgo);
    }
    await harness.store.put('uploads/vid_young', new Uint8Array(9));
    await harness.startWorker({ WORKER_STAGES: 'answer' });
    for (const key of orphans) await untilGone(key);
    expect(await objectsOf('vid_young')).toEqual(['uploads/vid_young']);
    expect(await objectsOf(`map/${kept}`)).toEqual([`map/${kept}/0`]);
  });

  it('when it is deleted while a worker writes its map', async () => {
    await sampleOf(harness, SECONDS);
    // the clip stays for the next round: somebody else has the same
    await harness.database.videos.create({ ...clip, tenant: 'somebody else' }, () => Promise.resolve(true));
    for (let caught = false; !caught;) {
      // no sweep comes in between: the stage itself takes away what it wrote
      const worker = await harness.startWorker({ SWEEP_MS: '600000', WORKER_CONCURRENCY: '1' });
      const { id, video_id: videoId, memory_id: memoryId } = await harness.submit(clip, ASKS);
      await waitFor(async () => ((await objectsOf(`map/${memoryId}`)).length > 0 ? true : null));
      worker.signal('SIGSTOP');
      caught = !(await harness.hasRow(`select 1 from memory where id = $1 and head > 0`, [memoryId]));
      await harness.database.videos.delete(harness.tenantOf({ id }), videoId);
      worker.signal('SIGCONT');
      expect((await worker.drain()).code).toBe(0);
      if (caught) expect(await objectsOf(memoryId)).toEqual([]);
    }
  });
});
