import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job, Video } from '@loci/contracts';
import { waitFor } from '@loci/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clip } from './fixtures/clips.js';
import { startProcess, type ApiProcess } from './fixtures/process.js';
import { testSurroundings, type TestSurroundings } from './fixtures/api.js';

let surroundings: TestSurroundings;
let running: ApiProcess | undefined;
beforeAll(async () => {
  surroundings = await testSurroundings();
});
afterEach(() => {
  running?.child.kill('SIGKILL');
});
afterAll(() => surroundings.remove());

function start(environment: Record<string, string>): ApiProcess {
  return (running = startProcess(environment));
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s the API ends its open streams and polls, and exits with 0',
  async (signal) => {
    const { child, exit, logged } = start({ ...surroundings.environment, LOG_LEVEL: 'info' });
    const { url } = (await logged('ready')) as { url: string };
    const authorization = 'Bearer key-one';
    const uploaded = await fetch(`${url}/v1/videos`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'video/mp4' },
      body: new Uint8Array(clip()),
    });
    const { id: video_id } = (await uploaded.json()) as Video;
    const submitted = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ video_id }),
    });
    const { id } = (await submitted.json()) as Job;
    const stream = await fetch(`${url}/v1/jobs/${id}/events`, { headers: { authorization } });
    const poll = fetch(`${url}/v1/jobs/${id}?wait=60`, { headers: { authorization } });
    // the stream is open; a later answer shows that the poll, sent before, has arrived
    await (await fetch(`${url}/v1/models`, { headers: { authorization } })).text();
    child.kill(signal);
    expect(await (await poll).json()).toMatchObject({ id, status: 'queued' });
    await stream.text();
    const { code, stderr } = await exit;
    expect([code, stderr]).toEqual([0, '']);
  },
);

test('of a part that is being uploaded when the API stops, what has come is kept', async () => {
  const environment = { ...surroundings.environment, LOG_LEVEL: 'info' };
  const tus = { authorization: 'Bearer key-one', 'tus-resumable': '1.0.0' };
  const first = start(environment);
  const { url } = (await first.logged('ready')) as { url: string };
  const created = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': '200000' },
  });
  const path = created.headers.get('location') ?? '';
  const part = request(url + path, {
    method: 'PATCH',
    headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
  });
  part.on('error', () => undefined).write(Buffer.alloc(100_000));
  const incoming = join(surroundings.storeDir, '.incoming');
  await waitFor(async () => {
    const [name] = await readdir(incoming);
    return name !== undefined && (await stat(join(incoming, name))).size === 100_000 ? true : null;
  });
  first.child.kill('SIGTERM');
  await first.logged('stopping');
  first.child.kill('SIGTERM');
  expect((await first.exit).code).toBe(0);
  const second = await start(environment).logged('ready');
  const stands = await fetch(`${String(second['url'])}${path}`, { method: 'HEAD', headers: tus });
  expect(stands.headers.get('upload-offset')).toBe('100000');
});

test('the log has requests without their keys and tokens', async () => {
  const { logged } = start({ ...surroundings.environment, LOG_LEVEL: 'info' });
  const { url } = (await logged('ready')) as { url: string };
  const headers = { authorization: 'Bearer a-secret' };
  await fetch(`${url}/v1/jobs/x/events?a=b&token=a-secret`, { headers });
  const line = JSON.stringify(await logged('request completed'));
  expect(line).toContain('/v1/jobs/x/events?a=b&token=[Redacted]');
  expect(line).not.toContain('a-secret');
});

test('a port in use is told in one sentence', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const { code, stderr } = await start({ ...surroundings.environment, PORT: String(port) }).exit;
  blocker.close();
  expect(code).toBe(1);
  expect(stderr).toBe(`Loci cannot start: port ${port} is in use; set PORT to a free one.\n`);
});

test.each([
  ['DATABASE_URL', 'mysql://x', 'Loci cannot start: DATABASE_URL: must be a postgres:// URL.\n'],
  ['DATABASE_URL', 'postgres://127.0.0.1:1/none', /^Loci cannot start: .+\n$/],
  [
    'MODEL_DIR',
    fileURLToPath(new URL('.', import.meta.url)),
    /^Loci cannot start: MODEL_DIR holds no bundle: .+\.\n$/,
  ],
])('a %s that cannot be used (%j) is told in one line', async (name, value, sentence) => {
  const { code, stderr } = await start({ ...surroundings.environment, [name]: value }).exit;
  expect(code).toBe(1);
  expect(stderr).toMatch(sentence);
});

test('without keys it says that dev is accepted from this machine only', async () => {
  const { logged } = start({ ...surroundings.environment, API_KEYS: '', LOG_LEVEL: 'info' });
  await logged('API_KEYS is not set: the key "dev" is accepted, from this machine only');
});
