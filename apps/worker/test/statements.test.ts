import type { Job } from '@loci/contracts';
import { WorkerHarness } from '@loci/harness';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.js';
import { openConnections } from '../src/connections.js';
import { Consumers } from '../src/consumers.js';
import { openLogger } from '../src/logger.js';
import { WorkerModule } from '../src/worker.module.js';
import { sampleOf } from './harness.js';

/** The most statements that a chunk may cost, `BEGIN` and `COMMIT` among them, without the queue's own. */
const A_CHUNK = 6;
/** What it costs to tell jobs on a memory of their start or progress, and of their end beside its commit. */
const A_PROGRESS = 2;
const AN_END = 4;
const SECONDS = 60;

let harness: WorkerHarness;
beforeAll(async () => {
  Logger.overrideLogger(false);
  harness = await WorkerHarness.open();
});
afterAll(() => harness.close());

/** Builds a memory with a worker in this process. Returns its statements, without those of the queue. */
async function statementsOf(job: () => Promise<Job>): Promise<string[]> {
  const config = readConfig({ ...harness.environment, LOG_LEVEL: 'silent' });
  const connections = await openConnections(config, openLogger('silent'), () => undefined);
  const app = await NestFactory.createApplicationContext(WorkerModule.around(connections));
  const consumers = app.get(Consumers);
  const submitted = await job();
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  try {
    consumers.start();
    await expect(harness.result(submitted)).resolves.toMatchObject({ status: 'succeeded' });
    await consumers.drain(20_000);
    const clients = queries.mock.contexts as unknown as { connectionParameters: Record<string, unknown> }[];
    return queries.mock.calls
      .map(([query]: unknown[]) => (typeof query === 'string' ? query : (query as { text: string }).text))
      .filter((_, call) => clients[call]?.connectionParameters['application_name'] === 'loci');
  } finally {
    queries.mockRestore();
    await consumers.close();
    await app.close();
    await connections.close();
  }
}

it('A chunk costs one statement for each begin and commit; the rest goes by the clock', async () => {
  const clip = await sampleOf(harness, SECONDS);
  let chunks = 0;
  const statements = await statementsOf(async () => {
    const job = await harness.submit(clip, []);
    chunks = job.progress.chunks_total;
    return job;
  });
  const count = (part: string): number => statements.filter((text) => text.includes(part)).length;
  expect(chunks).toBeGreaterThan(4);
  for (const call of ['begin_perceive', 'commit_perceive', 'begin_remember', 'commit_remember'])
    expect([call, count(call)]).toEqual([call, chunks]);
  // at most twice a second each
  const byTheClock =
    count('memory_wanted') + A_PROGRESS * count('change_jobs') + AN_END * count('write_jobs');
  expect((statements.length - byTheClock) / chunks).toBeLessThanOrEqual(A_CHUNK);
});
