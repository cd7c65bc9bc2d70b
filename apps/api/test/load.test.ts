import type { IncomingMessage, ServerResponse } from 'node:http';
import { LociClient } from '@loci/client';
import type { Job, Page, Problem } from '@loci/contracts';
import { findProcesses, holdTransaction, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBES_AT_ONCE } from '../src/http/gates.js';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

let surroundings: TestSurroundings;
let api: TestApi;
beforeAll(async () => {
  surroundings = await testSurroundings();
  api = await startApi({}, {}, surroundings);
});
afterAll(async () => {
  await api.close();
  await surroundings.remove();
});

/** Holds a memory, so that no submit on it ends before `release`. */
const hold = (memoryId: string) =>
  holdTransaction(
    surroundings.environment['DATABASE_URL'] ?? '',
    `SELECT 1 FROM memory WHERE id = '${memoryId}' FOR UPDATE`,
  );

describe('800 submits at once', () => {
  test('are made, or told to come again; a read meanwhile does not wait for them', async () => {
    const { id: video_id } = await api.upload(clip());
    const { id, memory_id } = (await api.submit({ video_id })).body as Job;
    const held = await hold(memory_id);
    const submits = (length: number) =>
      Array.from({ length }, () => api.submit({ video_id, questions: [{ question: 'how many chairs' }] }));
    // the first that ends has waited in line, for none has ended that was let in
    const first = submits(20);
    expect((await Promise.race(first)).status).toBe(503);
    expect((await api.request(`/v1/jobs/${id}`)).status).toBe(200);
    await held.release();
    const answers = await Promise.all([...first, ...submits(780)]);
    const refused = answers.filter((answer) => answer.status !== 202);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(800);
    for (const { status, headers, body } of refused) {
      expect([status, (body as Problem).type]).toEqual([503, 'https://loci.dev/problems/busy']);
      expect(headers.get('retry-after')).toBe('1');
    }
    expect((await api.submit({ video_id })).status).toBe(202);
  });
});

test('600 submits at once all get through the client, which comes again when it is told to', async () => {
  const { id: video_id } = await api.upload(clip());
  const held = await hold(((await api.submit({ video_id })).body as Job).memory_id);
  const client = new LociClient(api.url, 'key-one');
  let refused = 0;
  const count = (_: IncomingMessage, response: ServerResponse) =>
    response.once('finish', () => (refused += response.statusCode === 503 ? 1 : 0));
  api.server.on('request', count);
  const submits = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => client.submit({ video_id }, `burst ${from + i}`));
  const first = submits(0, 20);
  await waitFor(() => Promise.resolve(refused > 0 ? true : null));
  await held.release();
  const jobs = await Promise.all([...first, ...submits(20, 600)]);
  api.server.off('request', count);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(600);
});

describe('40 uploads at once', () => {
  test('are all taken, and few of them are probed at a time', async () => {
    const clips = Array.from({ length: 40 }, (_, i) => clip({ seconds: 4, seed: `at once ${i}` }));
    let uploading = true;
    let most = 0;
    const watch = async () => {
      while (uploading) most = Math.max(most, (await findProcesses(api.storeDir)).length);
    };
    const watching = watch();
    const videos = await Promise.all(clips.map((bytes) => api.upload(bytes)));
    uploading = false;
    await watching;
    expect(new Set(videos.map(({ id }) => id)).size).toBe(40);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(PROBES_AT_ONCE);
  });
});

describe('a list of jobs', () => {
  test('is small, however much the jobs hold', async () => {
    const { id: video_id } = await api.upload(clip({ seed: 'large' }), 'key-two');
    const large = { video_id, metadata: { note: 'x'.repeat(16_000) } };
    for (let i = 0; i < 100; i++) expect((await api.submit(large, {}, 'key-two')).status).toBe(202);
    const { body, bytes } = await api.request('/v1/jobs?limit=100', {}, 'key-two');
    const { data } = body as Page<Job>;
    expect(data).toHaveLength(100);
    expect(data[0]).not.toHaveProperty('metadata');
    expect(data[0]).not.toHaveProperty('questions');
    expect(bytes.length / data.length).toBeLessThan(2_000);
    expect((await api.request(`/v1/jobs/${data[0]!.id}`, {}, 'key-two')).body).toMatchObject({
      metadata: large.metadata,
    });
  });
});
