import type { AccessToken, Job, Video } from '@loci/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AccessTokens } from '../src/auth/access-tokens.js';
import { readConfig, type Config } from '../src/config.js';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { EventSource } from './fixtures/event-source.js';

let surroundings: TestSurroundings;
let api: TestApi;
let video: Video;
let job: Job;
beforeAll(async () => {
  surroundings = await testSurroundings();
  api = await startApi({}, {}, surroundings);
  video = await api.upload(clip({ seconds: 8 }));
  job = (await api.submit({ video_id: video.id })).body as Job;
  await api.worker.build(job.memory_id);
});
afterAll(async () => {
  await api.close();
  await surroundings.remove();
});

const mint = async (path: string, key = 'key-one', from = api): Promise<AccessToken> => {
  const response = await from.request(`${path}-token`, { method: 'POST' }, key);
  expect(response.status).toBe(201);
  return response.body as AccessToken;
};
const events = () => `/v1/jobs/${job.id}/events`;
const content = () => `/v1/videos/${video.id}/content`;
const withToken = (path: string, token: string) => api.request(`${path}?token=${token}`, {}, null);

describe('an access token', () => {
  test('opens the events of its job without a key, from where a browser left off', async () => {
    const { token, expires_at } = await mint(events());
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
    const whole = await EventSource.open(api, job.id);
    const rest = await EventSource.open(api, job.id, 2, token);
    await Promise.all([whole.ended, rest.ended]);
    expect(rest.events.at(-1)?.event).toBe('done');
    expect(rest.events).toEqual(whole.events.slice(2));
  });

  test('opens the clip of its video without a key, in ranges', async () => {
    const { token } = await mint(content());
    expect((await withToken(content(), token)).status).toBe(200);
    const part = await api.request(`${content()}?token=${token}`, { headers: { range: 'bytes=0-9' } }, null);
    expect([part.status, part.bytes.length]).toEqual([206, 10]);
  });

  test('opens nothing else', async () => {
    const { token } = await mint(events());
    const other = (await api.submit({ video_id: video.id })).body as Job;
    for (const path of [content(), `/v1/jobs/${other.id}/events`, `/v1/jobs/${job.id}`, '/v1/videos'])
      expect((await withToken(path, token)).status, path).toBe(401);
    const response = await api.request(`${content()}-token?token=${token}`, { method: 'POST' }, null);
    expect(response.status).toBe(401);
  });

  test.each(['x', '', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJvbmUifQ.'])(
    'that nobody made (%j) is 401',
    async (token) => {
      expect((await withToken(events(), token)).status).toBe(401);
    },
  );

  test('is made for what the tenant has', async () => {
    for (const path of [events(), content()]) {
      const make = (key: string | null) => api.request(`${path}-token`, { method: 'POST' }, key);
      expect((await make('key-two')).status).toBe(404);
      expect((await make(null)).status).toBe(401);
    }
  });

  test('acts for its tenant, who may have lost the thing since', async () => {
    const own = await api.upload(clip({ seed: 'gone' }));
    const { token } = await mint(`/v1/videos/${own.id}/content`);
    await api.request(`/v1/videos/${own.id}`, { method: 'DELETE' });
    expect((await withToken(`/v1/videos/${own.id}/content`, token)).status).toBe(404);
  });
});

const tokensOf = (tokenSecret?: string) =>
  new AccessTokens({ ...readConfig(surroundings.environment), tokenSecret } satisfies Config);

test('a token ends', async () => {
  const tokens = tokensOf();
  const { token } = await tokens.mint('one', '/a', 60);
  expect(await tokens.tenantOf(token, '/a')).toBe('one');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  try {
    await expect(tokens.tenantOf(token, '/a')).rejects.toThrow('The token has ended');
  } finally {
    vi.useRealTimers();
  }
});

test('a token is good for every process that has the secret, and no other', async () => {
  const secret = 'a secret of thirty-two characters';
  const { token } = await tokensOf(secret).mint('one', '/a', 60);
  expect(await tokensOf(secret).tenantOf(token, '/a')).toBe('one');
  await expect(tokensOf().tenantOf(token, '/a')).rejects.toThrow('not one for this address');
});

test('without API_KEYS the key dev makes tokens, for this machine alone', async () => {
  const keyless = await startApi({ apiKeys: [] }, {}, surroundings);
  const { id } = (
    await keyless.request(
      '/v1/videos',
      { method: 'POST', headers: { 'content-type': 'video/mp4' }, body: new Uint8Array(clip()) },
      'dev',
    )
  ).body as Video;
  const path = `/v1/videos/${id}/content`;
  const { token } = await mint(path, 'dev', keyless);
  expect((await keyless.request(`${path}?token=${token}`, {}, null)).status).toBe(200);
  const forwarded = { headers: { 'x-forwarded-for': '203.0.113.5' } };
  expect((await keyless.request(`${path}?token=${token}`, forwarded, null)).status).toBe(401);
  await keyless.close();
});
