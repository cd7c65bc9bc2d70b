import type { Job, Problem } from '@loci/contracts';
import { occupyConnections, startPostgres, startTcpProxy, waitFor, type TestServer } from '@loci/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApi, testSurroundings, type Answer, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

/** Connections that the server of these tests has for all its clients. */
const MAX_CONNECTIONS = 20;

let postgres: TestServer;
let closings: (() => Promise<void>)[];
beforeEach(async () => {
  closings = [];
  postgres = await startPostgres({
    max_connections: String(MAX_CONNECTIONS),
    superuser_reserved_connections: '0',
  });
  closings.push(() => postgres.stop());
});
afterEach(async () => {
  for (const close of closings.reverse()) await close();
});

/** An API whose rows are in this database; queue and store have servers of their own, and stay. */
async function apiOn(databaseUrl: string): Promise<{ api: TestApi; job: Job; requests: Requests }> {
  const surroundings = await testSurroundings();
  closings.push(surroundings.remove);
  const api = await startApi({ databaseUrl }, {}, surroundings);
  closings.push(() => api.close());
  const { id: video_id } = await api.upload(clip());
  const job = (await api.submit({ video_id })).body as Job;
  const ask = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'how many chairs' }),
  };
  const requests = {
    job: () => api.request(`/v1/jobs/${job.id}`),
    list: () => api.request('/v1/jobs'),
    submit: () => api.submit({ video_id }),
    ask: () => api.request(`/v1/memories/${job.memory_id}/questions`, ask),
  };
  return { api, job, requests };
}
type Requests = Record<string, () => Promise<Answer>>;

/** Sends all kinds of requests, many at once, until `fault` has run its course. */
async function answersDuring(requests: Requests, fault: () => Promise<unknown>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let over = false;
  const client = async (send: () => Promise<Answer>) => {
    while (!over) answers.push(await send());
  };
  const clients = Object.values(requests).flatMap((send) => [send, send, send].map(client));
  await fault();
  over = true;
  await Promise.all(clients);
  return answers;
}

/** Each answer is either none of the fault's or says that one may try again. Some say so. */
function expectPassingFaults(answers: Answer[]): void {
  const failed = answers.filter(({ status }) => status >= 500);
  expect(failed.length).toBeGreaterThan(0);
  for (const { status, headers, body } of failed) {
    expect([status, (body as Problem).type]).toEqual([503, expect.stringMatching(/\/unavailable$/)]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

const untilItWorks = (requests: Requests) =>
  waitFor(async () => {
    const answers = await Promise.all(Object.values(requests).map((send) => send()));
    return answers.every(({ status }) => status < 300) ? true : null;
  });

test('while Postgres restarts, answers are 503 with Retry-After, and later they are as before', async () => {
  const { requests } = await apiOn(postgres.url);
  const answers = await answersDuring(requests, async () => {
    for (let restarts = 0; restarts < 3; restarts++) {
      await postgres.restart();
      await untilItWorks(requests);
    }
  });
  expectPassingFaults(answers);
});

test('while Postgres is away, answers are 503 with Retry-After', async () => {
  const { requests } = await apiOn(postgres.url);
  await postgres.stop();
  expectPassingFaults(await Promise.all(Object.values(requests).map((send) => send())));
});

test('while Postgres has no connection left, answers are 503 with Retry-After', async () => {
  const { requests } = await apiOn(postgres.url);
  // a restart breaks the API's connections, and others take all that there are
  await postgres.restart();
  const others = await occupyConnections(postgres.url, MAX_CONNECTIONS);
  const answers = await Promise.all(Object.values(requests).map((send) => send()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  expectPassingFaults(answers);
  await others.release();
  await untilItWorks(requests);
});

test('while Postgres is frozen, answers are 503 with Retry-After after a while', async () => {
  const address = new URL(postgres.url);
  const proxy = await startTcpProxy(Number(address.port));
  closings.push(() => proxy.close());
  address.port = String(proxy.port);
  const { requests } = await apiOn(address.href);
  proxy.stall();
  const answers = await Promise.all(
    Object.values(requests)
      .flatMap((send) => [send, send, send])
      .map((send) => send()),
  );
  expectPassingFaults(answers);
  proxy.flow();
  await untilItWorks(requests);
});
