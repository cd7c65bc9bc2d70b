import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

let api: TestApi;
let body: string;
beforeAll(async () => {
  api = await startApi();
  body = JSON.stringify({ video_id: (await api.upload(clip())).id });
});
afterAll(() => api.close());

/** Posts over an agent's connection. */
function post(agent: Agent): Promise<{ status: number | undefined; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer key-one', 'content-type': 'application/json' };
    const outgoing = request(`${api.url}/v1/jobs`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode, reused: outgoing.reusedSocket }));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Times in ms, evenly from a tenth of a second before one to a tenth after it. */
const around = (ms: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ms - 100 + (i * 200) / (count - 1));

async function postAfter(pause: number, agent: Agent): ReturnType<typeof post> {
  await delay(pause);
  const answer = await post(agent);
  agent.destroy();
  return answer;
}

test('a connection takes the next request after any pause that proxies and clients make', async () => {
  // 200 around 5 s, which is Node's own limit, and some around the second that it waits for longer
  const pauses = [...around(5_000, 200), ...around(6_000, 20)];
  const posted: ReturnType<typeof post>[] = [];
  for (const pause of pauses) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await post(agent);
    posted.push(postAfter(pause, agent));
  }
  expect(await Promise.all(posted)).toEqual(pauses.map(() => ({ status: 202, reused: true })));
  const server = api.server;
  expect(server.keepAliveTimeout).toBeGreaterThan(65_000);
  expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
});
