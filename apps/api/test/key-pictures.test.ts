import type { Job, Problem } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';
import { clip, refreshedClip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let surroundings: TestSurroundings;
let api: TestApi;
beforeAll(async () => {
  surroundings = await testSurroundings();
  api = await startApi({}, {}, surroundings);
});
afterAll(async () => {
  await api.close();
  await surroundings.remove();
});

const sampling = { pictures: 'key' };

describe('A job on key pictures alone', () => {
  test('has a memory of its own, which another one shares', async () => {
    const { id: video_id } = await api.upload(clip({ seconds: 8, seed: 'keys' }));
    const bodies = [
      {},
      { sampling: { pictures: 'all' } },
      { sampling },
      { sampling },
      { sampling: { ...sampling, fps: 4 } },
    ];
    const memories: string[] = [];
    for (const body of bodies)
      memories.push(((await api.submit({ video_id, ...body })).body as Job).memory_id);
    const [all, named, keys, again, denser] = memories;
    expect([named, again]).toEqual([all, keys]);
    expect(new Set([all, keys, denser]).size).toBe(3);
  });

  test('is 422 where pictures are refreshed bit by bit, and beside a given or estimated path', async () => {
    const { id: refreshed } = await api.upload(refreshedClip());
    const { id: whole } = await api.upload(clip({ seconds: 8, seed: 'poses' }));
    const camera = { fov_deg: 60, trajectory: { format: 'tum', text: '0 0 0 0 0 0 0 1' } };
    const responses = [
      await api.submit({ video_id: refreshed, sampling }),
      await api.submit({ video_id: whole, sampling, camera }),
      await api.submit({ video_id: whole, sampling, camera: { fov_deg: 60, path: 'estimated' } }),
    ];
    expect(responses.map(({ status, body }) => [status, problemName(body)])).toEqual([
      [422, 'no-key-pictures'],
      [422, 'camera-unusable'],
      [422, 'camera-unusable'],
    ]);
    const pointers = responses.map(({ body }) => (body as Problem).errors?.[0]?.pointer);
    expect(pointers).toEqual(['/sampling/pictures', '/camera/trajectory', '/camera/path']);
  });
});
