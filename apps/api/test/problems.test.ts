import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Problem } from '@loci/contracts';
import { openStore } from '@loci/storage';
import { FfmpegKilledError, SourceUnreachableError } from '@loci/video';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toProblem } from '../src/problems/problem.filter.js';
import { startApi, type TestApi } from './fixtures/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const VIDEO = 'vid_00000000000000000000000000';
const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
  api.request(path, { method: 'POST', headers, body });

/** The problem's name, with the checks that every problem document passes. */
function nameOf(response: { status: number; headers: Headers; body: unknown }): string {
  const document = response.body as Problem;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(document.type).toMatch(/^https:\/\/loci\.dev\/problems\/[a-z-]+$/);
  expect(document.status).toBe(response.status);
  expect(document.title).not.toBe('');
  return document.type.split('/').at(-1)!;
}

test.each(['/', '/nowhere', '/v1', '/v1/videos/x/y', '/v2/videos', '/v1/%E0%A4%A'])(
  'the address %s is a 404 or 400 problem',
  async (path) => {
    const response = await api.request(path);
    expect(['not-found', 'invalid-request']).toContain(nameOf(response));
  },
);

test.each([
  ['PUT', '/v1/videos', 'POST, GET'],
  ['PATCH', `/v1/videos/${VIDEO}`, 'GET, DELETE'],
  ['DELETE', '/v1/jobs', 'POST, GET'],
  ['GET', '/v1/jobs/job_00000000000000000000000000/cancel', 'POST'],
  ['POST', '/healthz', 'GET'],
])('%s %s is a 405 problem that says what is allowed', async (method, path, allowed) => {
  const response = await api.request(path, { method });
  expect([response.status, nameOf(response)]).toEqual([405, 'method-not-allowed']);
  for (const word of allowed.split(', ')) expect(response.headers.get('allow')).toContain(word);
});

test.each(['{', '', '[1', '"\\u00"', 'null', '[]', '5'])('the JSON %j is a 400 problem', async (body) => {
  const response = await post('/v1/jobs', body);
  expect([response.status, nameOf(response)]).toEqual([400, 'invalid-request']);
});

test('what is wrong with a body is told with pointers', async () => {
  const response = await post(
    '/v1/jobs',
    JSON.stringify({
      video_id: 'x',
      questions: [{ question: 'a?' }, { question: '' }],
      sampling: { fps: -1 },
    }),
  );
  expect(nameOf(response)).toBe('invalid-request');
  expect((response.body as Problem).errors?.map(({ pointer }) => pointer).sort()).toEqual([
    '/questions/1/question',
    '/sampling/fps',
    '/video_id',
  ]);
});

test('fields that the contract does not know are refused, not ignored', async () => {
  const response = await post('/v1/jobs', JSON.stringify({ video_id: VIDEO, webhok: {} }));
  expect(nameOf(response)).toBe('invalid-request');
  expect((response.body as Problem).detail).toContain('webhok');
});

test.each([
  ['NUL in a question', { video_id: VIDEO, questions: [{ question: 'how \0 many' }] }],
  ['half a surrogate pair in a question', { video_id: VIDEO, questions: [{ question: 'how \ud800 many' }] }],
  ['NUL in the name of metadata', { video_id: VIDEO, metadata: { 'a\0b': 1 } }],
])('%s is refused, since it could not be stored', async (_, body) => {
  const response = await post('/v1/jobs', JSON.stringify(body));
  expect([response.status, nameOf(response)]).toEqual([400, 'invalid-request']);
});

test('a body that is nested without end is refused', async () => {
  const depth = 200_000;
  const response = await post(
    '/v1/jobs',
    `{"video_id":"${VIDEO}","metadata":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
  );
  expect([response.status, nameOf(response)]).toEqual([400, 'invalid-request']);
});

test('a body over a megabyte is a 413 problem', async () => {
  const response = await post(
    '/v1/jobs',
    JSON.stringify({ video_id: VIDEO, metadata: { a: 'x'.repeat(1_100_000) } }),
  );
  expect([response.status, nameOf(response)]).toEqual([413, 'request-too-large']);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
  'a body as %s is a 415 problem',
  async (type) => {
    const response = await post('/v1/jobs', 'video_id=1', { 'content-type': type });
    expect([response.status, nameOf(response)]).toEqual([415, 'unsupported-media-type']);
  },
);

test('a body in an encoding that is not known is a 415 problem', async () => {
  const response = await post('/v1/jobs', '{}', { ...JSON_TYPE, 'content-encoding': 'snappy' });
  expect([response.status, nameOf(response)]).toEqual([415, 'unsupported-media-type']);
});

test('a problem names the address that had it', async () => {
  const response = await api.request(`/v1/videos/${VIDEO}?x=1`);
  expect((response.body as Problem).instance).toBe(`/v1/videos/${VIDEO}`);
});

test('keys of a prototype do no harm', async () => {
  const response = await post(
    '/v1/jobs',
    `{"video_id":"${VIDEO}","metadata":{"__proto__":{"polluted":true},"constructor":{}}}`,
  );
  expect(response.status).toBe(404);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test.each([new SourceUnreachableError('the clip cannot be read'), new FfmpegKilledError('no memory')])(
  'a probe that the store or the system broke off is a 503 problem: %s',
  (error) => {
    expect(toProblem(error, '/v1/videos')).toMatchObject({ status: 503 });
  },
);

test('an answer of the store that breaks off is a 503 problem', async () => {
  const server = createServer((_request, response) => response.end('<CopyObjectResult><ETag>')).listen(0);
  await once(server, 'listening');
  const endpoint = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const store = await openStore(
    `s3://id:secret@bucket?endpoint=${endpoint}&region=us-east-1&path_style=true`,
  );
  const error: unknown = await store.move('uploads/a', 'videos/b').catch((reason: unknown) => reason);
  expect(toProblem(error, '/v1/videos')).toMatchObject({ status: 503 });
  await store.close();
  server.close();
});
