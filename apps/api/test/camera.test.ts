import type { Job, Problem } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

let api: TestApi;
let video_id: string;
beforeAll(async () => {
  api = await startApi();
  video_id = (await api.upload(clip({ seconds: 8 }))).id;
});
afterAll(() => api.close());

/** A camera that walks ahead. */
const poses = Array.from({ length: 17 }, (_, step) => ({
  t_s: step / 2,
  position: [0, 0, step / 10],
  quaternion: [0, 0, 0, 1],
}));
const text = poses.map(({ t_s, position }) => `${[t_s, ...position].join(' ')} 0 0 0 1`).join('\n');

describe('a job that gives its camera', () => {
  test('has a memory of its own, the same for the same camera', async () => {
    const memories: string[] = [];
    for (const camera of [
      undefined,
      { trajectory: { format: 'json', poses } },
      { trajectory: { format: 'tum', text } },
      { trajectory: { format: 'tum', text }, fov_deg: 60 },
      { fov_deg: 60 },
      { fov_deg: 60, path: 'estimated' },
      { path: 'estimated' },
      { fov_deg: 60, path: 'estimated', height_m: 1.2 },
    ])
      memories.push(((await api.submit({ video_id, camera })).body as Job).memory_id);
    const [, json, tum] = memories;
    expect(tum).toBe(json);
    expect(new Set(memories).size).toBe(memories.length - 1);
  });

  test.each([
    [
      'stands at another time',
      { trajectory: { format: 'tum', text: '1305031102.17 0 0 0 0 0 0 1' } },
      'trajectory',
    ],
    [
      'is of another picture',
      { intrinsics: { fx: 9, fy: 9, cx: 5, cy: 20, width: 10, height: 40 } },
      'intrinsics',
    ],
  ])('that %s is refused with a sentence', async (_, camera, part) => {
    const { status, body } = await api.submit({ video_id, camera });
    expect(status).toBe(422);
    expect((body as Problem).type).toMatch(/camera-unusable$/);
    expect((body as Problem).errors).toEqual([
      { pointer: `/camera/${part}`, detail: expect.stringContaining(' video') as string },
    ]);
  });

  test.each([
    ['says nothing', {}],
    ['has two lenses', { fov_deg: 60, intrinsics: { fx: 9, fy: 9, cx: 4, cy: 3, width: 8, height: 6 } }],
    ['has a path twice', { fov_deg: 60, path: 'estimated', trajectory: { format: 'json', poses } }],
    ['has a height that nothing uses', { fov_deg: 60, height_m: 1.5 }],
    ['has a height above the clouds', { fov_deg: 60, path: 'estimated', height_m: 2000 }],
    ['has a format that nobody reads', { trajectory: { format: 'kitti', text } }],
  ])('that %s is 400', async (_, camera) => {
    const { status, body } = await api.submit({ video_id, camera });
    expect([status, (body as Problem).errors?.[0]?.pointer]).toEqual([
      400,
      expect.stringMatching(/^\/camera/),
    ]);
  });
});
