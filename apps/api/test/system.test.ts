import { rename } from 'node:fs/promises';
import { newId, problem, type AccessToken, type Job, type System } from '@loci/contracts';
import { isMissing, redisOffer, startTcpProxy, type Offer, type TestServer } from '@loci/testing';
import { setFfmpegPath } from '@loci/video';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

const ADMIN = { tenant: 'operator', key: 'key-admin' };
const redis = await redisOffer();

let api: TestApi;
let job: Job;
beforeAll(async () => {
  api = await startApi({ adminKeys: [ADMIN] });
  job = (await api.submit({ video_id: (await api.upload(clip({ seconds: 8 }))).id })).body as Job;
});
afterAll(() => api.close());

const system = async (of = api): Promise<System> =>
  (await of.request('/v1/system', {}, ADMIN.key)).body as System;

/** The server of an offer that the test is not skipped for. */
function started(offer: Offer): Promise<TestServer> {
  if ('missing' in offer) throw new Error(offer.missing);
  return offer.start();
}

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
  expect(queues?.perceive.waiting).toBeGreaterThan(0);
  expect(versions).toMatchObject({ models: ['loci-test@1.2.3'], node: process.versions.node });
  expect(versions.postgres).toMatch(/^\d+/);
  expect(versions.ffmpeg).toMatch(/\d/);
  expect(disk?.free_bytes).toBeLessThanOrEqual(disk?.total_bytes ?? 0);
  const { queues: board, ...open } = links;
  for (const link of Object.values(open)) expect((await fetch(api.url + link)).status).toBe(200);
  expect((await fetch(api.url + board)).status).toBe(401);
});

describe.skipIf(isMissing(redis, 'the system without Redis'))('without its queue or its store', () => {
  test('tells the rest, and names what is away', async () => {
    const server = await started(redis);
    const way = await startTcpProxy(Number(new URL(server.url).port));
    const alone = await startApi({ adminKeys: [ADMIN], queueUrl: `redis://127.0.0.1:${way.port}` });
    try {
      expect(await system(alone)).toMatchObject({ away: [], queues: { answer: { active: 0 } } });
      await rename(alone.storeDir, `${alone.storeDir}.away`);
      expect(await system(alone)).toMatchObject({ away: ['store'], disk: null, workers: [] });
      way.stall();
      expect(await system(alone)).toMatchObject({ away: ['queue', 'store'], queues: null, workers: [] });
      way.flow();
    } finally {
      await alone.close();
      await way.close();
      await server.stop();
    }
  });
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

describe('the board of the queues', () => {
  const open = async (headers: Record<string, string> = {}, path = '/queues') =>
    fetch(api.url + path, { headers, redirect: 'manual' });

  test('opens with a token of an admin, which goes from the address into a cookie', async () => {
    expect((await api.request('/v1/system/queues-token', { method: 'POST' })).status).toBe(403);
    const minted = await api.request('/v1/system/queues-token', { method: 'POST' }, 'key-admin');
    const { token } = minted.body as AccessToken;
    const first = await open({}, `/queues?token=${token}`);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/queues']);
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';');
    const board = await open({ cookie });
    expect(board.status).toBe(200);
    expect(board.headers.get('content-security-policy')).toContain("default-src 'self'");
    // nor does its page ask for letters elsewhere
    expect(await board.text()).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    const { queues } = (await (await open({ cookie }, '/queues/api/queues')).json()) as {
      queues: { name: string; readOnlyMode: boolean; counts: { waiting: number } }[];
    };
    expect(queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toEqual([
      ['perceive', true],
      ['remember', true],
      ['answer', true],
    ]);
    expect(queues[0]?.counts.waiting).toBeGreaterThan(0);
  });

  test('stays shut without one, with one of another address, and with a key', async () => {
    const video = await api.upload(clip({ seconds: 6 }));
    const other = await api.request(`/v1/videos/${video.id}/content-token`, { method: 'POST' });
    for (const answer of [
      await open(),
      await open({}, `/queues?token=${(other.body as AccessToken).token}`),
      await open({ cookie: 'loci-queues=made-up' }, '/queues/api/queues'),
      await open({ authorization: 'Bearer key-one' }),
    ])
      expect(answer.status).toBe(401);
  });
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
