import { newId, problem, type Job, type System } from '@loci/contracts';
import { setFfmpegPath } from '@loci/video';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let api: TestApi;
let job: Job;
beforeAll(async () => {
  api = await startApi({ adminKeys: [{ tenant: 'operator', key: 'key-admin' }] });
  job = (await api.submit({ video_id: (await api.upload(clip({ seconds: 8 }))).id })).body as Job;
});
afterAll(() => api.close());

const system = async (): Promise<System> => (await api.request('/v1/system', {}, 'key-admin')).body as System;

test('only a key with the scope admin sees how the installation stands', async () => {
  const { status, body } = await api.request('/v1/system');
  expect([status, problemName(body)]).toEqual([403, 'forbidden']);
  expect((await api.request('/v1/system', {}, null)).status).toBe(401);
  expect((await api.request('/v1/system', {}, 'key-admin')).status).toBe(200);
});

test('a key with the scope admin sees no more of other tenants than any key', async () => {
  expect((await api.request(`/v1/jobs/${job.id}`, {}, 'key-admin')).status).toBe(404);
});

test('queues, versions and the disk are those of this installation', async () => {
  const { queues, versions, disk, links } = await system();
  expect(queues.perceive.waiting).toBeGreaterThan(0);
  expect(versions).toMatchObject({ models: ['loci-test@1.2.3'], node: process.versions.node });
  expect(versions.postgres).toMatch(/^\d+/);
  expect(versions.ffmpeg).toMatch(/\d/);
  expect(disk?.free_bytes).toBeLessThanOrEqual(disk?.total_bytes ?? 0);
  for (const link of Object.values(links)) expect((await fetch(api.url + link)).status).toBe(200);
});

test('the versions are those of the start: no look at the system runs ffmpeg', async () => {
  const { ffmpeg } = (await system()).versions;
  setFfmpegPath('/nowhere/ffmpeg');
  try {
    expect((await system()).versions.ffmpeg).toBe(ffmpeg);
  } finally {
    setFfmpegPath(undefined);
  }
});

test('a worker is there as long as it lives, with what it has begun', async () => {
  await api.database.stages.beginPerceive(job.memory_id, 0);
  const { workers } = await system();
  expect(workers).toMatchObject([{ work: [{ memory_id: job.memory_id, work: 'perceive 0' }] }]);
});

test('failures of all tenants are told, the newest first', async () => {
  expect((await system()).failures).toEqual([]);
  const other = await api.upload(clip({ seconds: 7 }), 'key-two');
  const { memory_id } = (await api.submit({ video_id: other.id }, {}, 'key-two')).body as Job;
  await api.database.memories.fail(job.memory_id, problem('poison-chunk', newId('memory')));
  await api.database.memories.fail(memory_id, problem('decode-failed'));
  const { failures } = await system();
  expect(failures.map(({ tenant, error }) => [tenant, problemName(error)])).toEqual([
    ['two', 'decode-failed'],
    ['one', 'poison-chunk'],
  ]);
  expect(failures[0]).toMatchObject({ memory_id, question_id: null, stage: null });
});
