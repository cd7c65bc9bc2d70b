import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearerKey, isLoopback } from '../src/auth/keys.js';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';

let surroundings: TestSurroundings;
beforeAll(async () => {
  surroundings = await testSurroundings();
});
afterAll(() => surroundings.remove());

describe('with API_KEYS', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({}, {}, surroundings);
  });
  afterAll(() => api.close());

  test.each([null, 'wrong', 'dev', 'key-one x', ''])('the key %j is refused', async (key) => {
    const response = await api.request('/v1/videos', {}, key);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a configured key is let in, whatever the case of its scheme', async () => {
    expect((await api.request('/v1/videos', {}, 'key-one')).status).toBe(200);
    expect(
      (await api.request('/v1/videos', { headers: { authorization: 'bEARER key-two' } }, null)).status,
    ).toBe(200);
  });

  test.each(['/healthz', '/readyz', '/metrics', '/docs', '/openapi.json'])(
    '%s needs no key',
    async (path) => {
      expect((await api.request(path, {}, null)).status).toBe(200);
    },
  );

  test('only the hash of a key is kept', async () => {
    expect(await api.database.keys.tenantOf(createHash('sha256').update('key-one').digest('hex'))).toBe(
      'one',
    );
    expect(await api.database.keys.tenantOf('key-one')).toBeNull();
  });
});

describe('without API_KEYS', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ apiKeys: [] }, {}, surroundings);
  });
  afterAll(() => api.close());

  test('the key dev shows how the installation stands', async () => {
    expect((await api.request('/v1/system', {}, 'dev')).status).toBe(200);
  });

  test('the key dev is let in from this machine', async () => {
    expect((await api.request('/v1/videos', {}, 'dev')).status).toBe(200);
    expect((await api.request('/v1/videos', {}, 'other')).status).toBe(401);
  });

  test.each(['x-forwarded-for', 'forwarded'])('not so on behalf of somebody else (%s)', async (name) => {
    expect((await api.request('/v1/videos', { headers: { [name]: '203.0.113.5' } }, 'dev')).status).toBe(401);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['128.0.0.1', false],
  ['fe80::1', false],
  [undefined, false],
])('the address %s is loopback: %s', (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});

test.each([
  ['Bearer a', 'a'],
  ['bearer  a', 'a'],
  ['Basic a', null],
  ['Bearer', null],
  ['Bearer a b', null],
  [null, null],
])('the header %j carries the key %j', (value, key) => {
  expect(bearerKey(value)).toBe(key);
});
