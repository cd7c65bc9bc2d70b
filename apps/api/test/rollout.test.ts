import { once } from 'node:events';
import type { Job, Video } from '@loci/contracts';
import { freePort } from '@loci/host';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testSurroundings, type TestSurroundings } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { startProcess, type ApiProcess } from './fixtures/process.js';
import { startReadyProxy } from './fixtures/ready-proxy.js';

/** For several of the proxy's looks at /readyz. */
const SHUTDOWN_DELAY_MS = '1000';
const authorization = 'Bearer key-one';

let surroundings: TestSurroundings;
const running = new Set<ApiProcess>();
beforeAll(async () => {
  surroundings = await testSurroundings();
});
afterEach(() => {
  for (const { child } of running) child.kill('SIGKILL');
});
afterAll(() => surroundings.remove());

async function startOn(port: number): Promise<ApiProcess> {
  const environment = {
    ...surroundings.environment,
    LOG_LEVEL: 'info',
    SHUTDOWN_DELAY_MS,
    PORT: String(port),
  };
  const api = startProcess(environment);
  running.add(api);
  await api.logged('ready');
  return api;
}

async function stop(api: ApiProcess): Promise<void> {
  api.child.kill('SIGTERM');
  await api.exit;
  running.delete(api);
}

/** A job to ask for. */
async function submitted(url: string): Promise<Job> {
  const upload = { method: 'POST', headers: { authorization, 'content-type': 'video/mp4' } };
  const uploaded = await fetch(`${url}/v1/videos`, { ...upload, body: new Uint8Array(clip()) });
  return submit(url, ((await uploaded.json()) as Video).id).then((answer) => answer.json() as Promise<Job>);
}
const submit = (url: string, video_id: string): Promise<Response> =>
  fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ video_id }),
  });

test('none of 500 requests is lost while both APIs behind a proxy are replaced', async () => {
  const ports = [await freePort(), await freePort()];
  const apis = await Promise.all(ports.map(startOn));
  const proxy = await startReadyProxy(ports.map((port) => `http://127.0.0.1:${port}`));
  await expect.poll(() => fetch(`${proxy.url}/readyz`).then(({ status }) => status)).toBe(200);
  const job = await submitted(proxy.url);
  const statuses: number[] = [];
  let replaced = false;
  const client = async (send: () => Promise<Response>): Promise<void> => {
    while (!replaced || statuses.length < 500) {
      const answer = await send();
      await answer.text();
      statuses.push(answer.status);
    }
  };
  const read = () => fetch(`${proxy.url}/v1/jobs/${job.id}`, { headers: { authorization } });
  const clients = [read, () => submit(proxy.url, job.video_id), read].map(client);
  for (const [i, api] of apis.entries()) {
    await stop(api);
    await startOn(ports[i]!);
    await expect.poll(() => fetch(`http://127.0.0.1:${ports[i]}/readyz`).then(({ ok }) => ok)).toBe(true);
  }
  replaced = true;
  await Promise.all(clients);
  await proxy.close();
  expect(statuses.length).toBeGreaterThanOrEqual(500);
  expect(statuses.filter((status) => status !== 200 && status !== 202)).toEqual([]);
});

test('a second signal ends the delay', async () => {
  const api = startProcess({ ...surroundings.environment, LOG_LEVEL: 'info', SHUTDOWN_DELAY_MS: '60000' });
  running.add(api);
  const { url } = (await api.logged('ready')) as { url: string };
  api.child.kill('SIGTERM');
  await api.logged('stopping');
  const readiness = await fetch(`${url}/readyz`);
  expect([readiness.status, readiness.headers.get('connection')]).toEqual([503, 'close']);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  api.child.kill('SIGTERM');
  expect((await once(api.child, 'exit'))[0]).toBe(0);
});
