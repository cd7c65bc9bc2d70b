import type { Entry, Job, Memory, Page, Problem, SpaceMap } from '@loci/contracts';
import { digest } from '@loci/memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip, lateClip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let api: TestApi;
/** 16 frames in 5 chunks of 4 that overlap by 1: ready. */
let ready: string;
/** The same, of which 2 chunks (frames 0 to 6) are remembered. */
let building: string;

async function memoryOf(seed: string): Promise<string> {
  const { id } = await api.upload(clip({ seconds: 8, seed }));
  return ((await api.submit({ video_id: id })).body as Job).memory_id;
}
beforeAll(async () => {
  api = await startApi();
  ready = await memoryOf('ready');
  await api.worker.build(ready);
  building = await memoryOf('building');
  await api.worker.build(building, 2);
});
afterAll(() => api.close());

const entries = async (id: string, query = '') =>
  ((await api.request(`/v1/memories/${id}/entries${query}`)).body as Page<Entry>).data;

describe('a memory', () => {
  test('that is ready says how much it holds', async () => {
    const memory = (await api.request(`/v1/memories/${ready}`)).body as Memory;
    expect(memory).toMatchObject({
      id: ready,
      model: 'loci-test@1.2.3',
      status: 'ready',
      frames: 16,
      duration_s: 8,
      working: 2,
      episodic: 3,
      snapshots: 5,
    });
    // 5 entries of 2 tokens of 4 values in float16
    expect(memory.bytes).toBe(5 * 2 * 4 * 2);
  });

  test('has the digest of its standing entries', async () => {
    const memory = (await api.request(`/v1/memories/${ready}`)).body as Memory;
    expect(memory.digest).toBe(digest(await api.database.memories.entries(ready, 4, { tokens: true })));
    expect(memory.digest).not.toBe(((await api.request(`/v1/memories/${building}`)).body as Memory).digest);
  });

  test('that nobody has begun is empty', async () => {
    const id = await memoryOf('empty');
    expect((await api.request(`/v1/memories/${id}`)).body).toMatchObject({
      status: 'building',
      working: 0,
      episodic: 0,
      bytes: 0,
      snapshots: 0,
    });
    expect(await entries(id)).toEqual([]);
    expect((await api.request(`/v1/memories/${id}/map`)).body).toEqual({
      trajectory: [],
      points: [],
      objects: [],
      up: [0, -1, 0],
      unit: 'm',
    });
  });

  test('of another tenant is 404, with all that belongs to it', async () => {
    for (const rest of ['', '/entries', '/map', '/suggestions', '/frames/0/thumbnail']) {
      expect((await api.request(`/v1/memories/${ready}${rest}`, {}, 'key-two')).status).toBe(404);
    }
  });
});

describe('its entries', () => {
  test('stand with their frames, times, poses and pictures', async () => {
    const standing = await entries(ready);
    expect(standing.map(({ kind, frame }) => `${kind} ${frame}`).sort()).toEqual([
      'episodic 13',
      'episodic 14',
      'episodic 15',
      'working 14',
      'working 15',
    ]);
    for (const entry of standing) {
      expect(entry.t_s).toBe(entry.frame / 2);
      expect(entry.pose[3]).toBe(entry.frame);
      expect(entry.thumbnail_url).toBe(`/v1/memories/${ready}/frames/${entry.frame}/thumbnail`);
      expect((await api.request(entry.thumbnail_url)).status).toBe(200);
    }
  });

  test('as of a moment know nothing of what came after it', async () => {
    for (const moment of [1.5, 2, 3.4, 4.5, 6, 7.9]) {
      const standing = await entries(ready, `?as_of_s=${moment}`);
      expect(standing.length).toBe(5);
      expect(Math.max(...standing.map(({ t_s }) => t_s))).toBeLessThanOrEqual(moment);
    }
  });

  test.each([0, 0.7, 1.49])('as of %d s, before the first chunk has ended, are not kept', async (moment) => {
    for (const id of [ready, building]) {
      const response = await api.request(`/v1/memories/${id}/entries?as_of_s=${moment}`);
      expect([response.status, problemName(response.body)]).toEqual([409, 'not-ready']);
      expect((response.body as Problem).detail).toBe('The memory can be asked as of 1.5 s and later');
    }
  });

  test('as of the end are those that stand', async () => {
    expect(await entries(ready, '?as_of_s=8')).toEqual(await entries(ready));
  });

  test('as of a moment that the memory has not come to are not ready', async () => {
    expect((await entries(building, '?as_of_s=3')).length).toBe(5);
    const response = await api.request(`/v1/memories/${building}/entries?as_of_s=7.5`);
    expect([response.status, problemName(response.body)]).toEqual([409, 'not-ready']);
  });

  test('as of a moment behind the end are out of range', async () => {
    const response = await api.request(`/v1/memories/${ready}/entries?as_of_s=8.1`);
    expect([response.status, problemName(response.body)]).toEqual([422, 'as-of-out-of-range']);
  });

  test.each(['-1', 'x', 'Infinity', 'NaN'])('as of %s are 400', async (moment) => {
    expect((await api.request(`/v1/memories/${ready}/entries?as_of_s=${moment}`)).status).toBe(400);
  });
});

describe('its map', () => {
  test('has the camera’s way frame by frame, and points of named categories', async () => {
    const map = (await api.request(`/v1/memories/${ready}/map`)).body as SpaceMap;
    expect(map.trajectory.map(({ t_s }) => t_s)).toEqual(Array.from({ length: 16 }, (_, frame) => frame / 2));
    expect(map.trajectory[5]).toEqual({ t_s: 2.5, position: [5, 0, 0], forward: [0, 0, 1] });
    expect(map.points.length).toBeGreaterThan(0);
    expect(new Set(map.points.map(({ category }) => category))).toEqual(new Set(['chair']));
    expect(map).toMatchObject({ up: [0, -1, 0], unit: 'm' });
  });

  test('has an object for each landmark that points show, and none for others', async () => {
    const map = (await api.request(`/v1/memories/${ready}/map`)).body as SpaceMap;
    expect(map.objects).toHaveLength(1);
    const [chair] = map.objects;
    expect(chair).toMatchObject({ id: 'object-1', category: 'chair', confidence: 0.75 });
    expect([chair?.position[0], chair?.position[2]]).toEqual([1, 1]);
    expect(map.trajectory.map(({ t_s }) => t_s)).toContain(chair?.first_seen_s);
  });

  test('is a PLY file of its points, and a TUM file of its way', async () => {
    const map = (await api.request(`/v1/memories/${ready}/map`)).body as SpaceMap;
    const ply = await api.request(`/v1/memories/${ready}/map?format=ply`);
    expect(ply.headers.get('content-disposition')).toBe(`attachment; filename="${ready}.ply"`);
    const [header = ''] = ply.bytes.toString('latin1').split('end_header\n');
    expect(header).toContain(`element vertex ${map.points.length}\n`);
    expect(ply.bytes.length).toBe(`${header}end_header\n`.length + 15 * map.points.length);
    const tum = await api.request(`/v1/memories/${ready}/map?format=tum`);
    const lines = (tum.body as string).trimEnd().split('\n');
    expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual(map.trajectory.map(({ t_s }) => t_s));
    expect(lines.every((line) => line.split(' ').length === 8)).toBe(true);
    expect((await api.request(`/v1/memories/${ready}/map?format=obj`)).status).toBe(400);
    expect((await api.request(`/v1/memories/${ready}/map?format=ply`, {}, 'key-two')).status).toBe(404);
  });

  test('shows what has been remembered so far', async () => {
    const map = (await api.request(`/v1/memories/${building}/map`)).body as SpaceMap;
    expect(map.trajectory.length).toBe(7);
  });
});

describe('the memory of a clip whose pictures begin five seconds after its sound', () => {
  let late: string;
  beforeAll(async () => {
    const video = await api.upload(lateClip());
    expect(video).toMatchObject({ track: 0, start_s: 5, duration_s: 8 });
    late = ((await api.submit({ video_id: video.id })).body as Job).memory_id;
    await api.worker.build(late);
  });

  test('has the times at which a player shows its frames', async () => {
    for (const { t_s, frame } of await entries(late)) expect(t_s).toBe(5 + frame / 2);
    const map = (await api.request(`/v1/memories/${late}/map`)).body as SpaceMap;
    expect(map.trajectory.map(({ t_s }) => t_s)).toEqual(
      Array.from({ length: 16 }, (_, frame) => 5 + frame / 2),
    );
  });

  test('is asked as of a player’s moments', async () => {
    for (const moment of [6.5, 8, 9.9]) {
      const standing = await entries(late, `?as_of_s=${moment}`);
      expect(Math.max(...standing.map(({ t_s }) => t_s))).toBeLessThanOrEqual(moment);
    }
    expect(await entries(late, '?as_of_s=13')).toEqual(await entries(late));
    const [early, behind] = await Promise.all(
      [6.4, 13.1].map((moment) => api.request(`/v1/memories/${late}/entries?as_of_s=${moment}`)),
    );
    expect(early?.body).toMatchObject({
      status: 409,
      detail: 'The memory can be asked as of 6.5 s and later',
    });
    expect(behind?.body).toMatchObject({ status: 422, detail: 'The video ends at 13 s' });
  });
});

describe('a thumbnail', () => {
  test('is the frame’s JPEG', async () => {
    const response = await api.request(`/v1/memories/${ready}/frames/9/thumbnail`);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.bytes).toEqual(Buffer.from([0xff, 0xd8, 0xff, 9]));
  });

  test.each(['16', '999999999', 'x', '-1', '1.5'])('of frame %s is 404', async (frame) => {
    expect((await api.request(`/v1/memories/${ready}/frames/${frame}/thumbnail`)).status).toBe(404);
  });

  test('of a frame that was not perceived yet is 404', async () => {
    expect((await api.request(`/v1/memories/${building}/frames/12/thumbnail`)).status).toBe(404);
  });
});
