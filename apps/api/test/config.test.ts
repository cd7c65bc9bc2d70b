import { ConfigError } from '@loci/service';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.js';

const GOOD = {
  DATABASE_URL: 'postgres://h/d',
  QUEUE_URL: 'redis://h',
  OBJECT_STORE_URL: 'file:///d',
  MODEL_DIR: 'models',
};

test('what is left out has a default', () => {
  expect(readConfig(GOOD)).toMatchObject({ port: 8080, apiKeys: [], logLevel: 'info' });
});

test('an empty variable counts as left out', () => {
  expect(readConfig({ ...GOOD, PORT: '', API_KEYS: '', FFMPEG_PATH: '' })).toMatchObject({
    port: 8080,
    apiKeys: [],
  });
});

test('keys may hold colons, tenants may not', () => {
  expect(readConfig({ ...GOOD, API_KEYS: 'a:b:c, d:e,' }).apiKeys).toEqual([
    { tenant: 'a', key: 'b:c' },
    { tenant: 'd', key: 'e' },
  ]);
});

test('a key may stand in both lists, but only for one tenant', () => {
  const { apiKeys, adminKeys } = readConfig({ ...GOOD, API_KEYS: 'a:one,b:two', ADMIN_KEYS: 'a:one' });
  expect([apiKeys, adminKeys]).toMatchObject([[{ key: 'one' }, { key: 'two' }], [{ key: 'one' }]]);
  const message = 'API_KEYS, ADMIN_KEYS: the tenants a and b have the same key';
  for (const keys of [{ API_KEYS: 'a:one,b:one' }, { API_KEYS: 'a:one', ADMIN_KEYS: 'b:one' }])
    expect(() => readConfig({ ...GOOD, ...keys })).toThrow(new ConfigError(message));
});

test('origins are listed with commas', () => {
  expect(
    readConfig({ ...GOOD, CORS_ORIGINS: 'https://a.example, http://b.example:3000' }).corsOrigins,
  ).toEqual(['https://a.example', 'http://b.example:3000']);
});

test.each([
  ['MODEL_DIR', '', 'MODEL_DIR: must be given'],
  ['DATABASE_URL', 'mysql://x', 'DATABASE_URL: must be a postgres:// URL'],
  ['QUEUE_URL', 'amqp://x', 'QUEUE_URL: must be a redis:// or postgres:// URL'],
  ['OBJECT_STORE_URL', '/dir', 'OBJECT_STORE_URL: must be file:///dir or s3://bucket'],
  ['API_KEYS', 'no-colon', 'API_KEYS: must look like tenant:key,tenant:key'],
  ['MODEL_PRECISION', '16bit', /^MODEL_PRECISION: /],
  ['PORT', '70000', /^PORT: /],
  ['CORS_ORIGINS', 'example.org', /^CORS_ORIGINS: must list origins/],
  ['MAX_VIDEO_BYTES', '-1', /^MAX_VIDEO_BYTES: /],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL: /],
])('a bad %s (%j) is told in one line that names it', (name, value, message) => {
  const read = () => readConfig({ ...GOOD, [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});
