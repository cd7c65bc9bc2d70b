import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, JobSummary, MemorySummary, Page, Question, Timeline } from '@loci/contracts';
import { mapKey } from '@loci/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

const FOREIGN = `vid_${'0'.repeat(26)}`;

let api: TestApi;
/** Two memories of the first video, one of the second, oldest first. */
const jobs: Job[] = [];
beforeAll(async () => {
  api = await startApi();
  const [first, second] = [await api.upload(clip({ seconds: 8 })), await api.upload(clip({ seconds: 7 }))];
  for (const [video, fps] of [
    [first, 2],
    [first, 1],
    [second, 2],
  ] as const)
    jobs.push((await api.submit({ video_id: video.id, sampling: { fps } })).body as Job);
});
afterAll(() => api.close());

const read = async <T>(path: string, key?: string): Promise<T> =>
  (await api.request(path, {}, key)).body as T;
const ids = (page: Page<{ id: string }>): string[] => page.data.map(({ id }) => id);
const newestFirst = (id: (job: Job) => string, of = jobs): string[] => of.map(id).reverse();

describe('the list of memories', () => {
  test('has all of a tenant, the newest first, page by page', async () => {
    const whole = await read<Page<MemorySummary>>('/v1/memories');
    expect(ids(whole)).toEqual(newestFirst(({ memory_id }) => memory_id));
    const [top, rest] = [await read<Page<MemorySummary>>('/v1/memories?limit=2'), [] as string[]];
    for (let cursor = top.next_cursor; cursor !== null;) {
      const page = await read<Page<MemorySummary>>(`/v1/memories?limit=1&cursor=${cursor}`);
      rest.push(...ids(page));
      cursor = page.next_cursor;
    }
    expect([...ids(top), ...rest]).toEqual(ids(whole));
  });

  test('has those of one video alone', async () => {
    const [video] = jobs.map(({ video_id }) => video_id);
    const page = await read<Page<MemorySummary>>(`/v1/memories?video_id=${video}`);
    expect(ids(page)).toEqual(newestFirst(({ memory_id }) => memory_id, jobs.slice(0, 2)));
    expect(page.data[0]).toMatchObject({ video_id: video, status: 'building', frames: 8 });
    expect(ids(await read<Page<MemorySummary>>(`/v1/memories?video_id=${FOREIGN}`))).toEqual([]);
  });
});

test('the list of jobs has those of one video alone', async () => {
  const page = await read<Page<JobSummary>>(`/v1/jobs?video_id=${jobs[2]?.video_id}`);
  expect(ids(page)).toEqual([jobs[2]?.id]);
});

test.each(['memories', 'jobs'])('nothing of another tenant is in the list of %s', async (list) => {
  const path = `/v1/${list}?video_id=${jobs[0]?.video_id}`;
  expect(await read(path, 'key-two')).toEqual({ data: [], next_cursor: null });
  expect((await api.request(path, {}, null)).status).toBe(401);
});

test.each(['memories?video_id=x', 'memories?limit=0', 'memories?cursor=x', 'jobs?video_id=mem_1'])(
  'GET /v1/%s is 400',
  async (query) => {
    const { status, body } = await api.request(`/v1/${query}`);
    expect([status, problemName(body)]).toEqual([400, 'invalid-request']);
  },
);

describe('what a memory was asked', () => {
  const asked: string[] = [];
  let questions: string;
  beforeAll(async () => {
    const [job] = jobs;
    questions = `/v1/memories/${job?.memory_id}/questions`;
    const body = { video_id: job?.video_id, questions: [{ question: 'how many chairs?' }] };
    asked.push(((await api.submit(body)).body as Job).questions[0]?.id ?? '');
    for (const question of ['how many chairs are there?', 'chairs?']) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
      const answer = await api.request(questions, { ...init, body: JSON.stringify({ question }) });
      asked.push((answer.body as Question).id);
    }
  });

  test('is listed, by a job or without one, the newest first, page by page', async () => {
    const page = await read<Page<Question>>(`${questions}?limit=2`);
    expect(ids(page)).toEqual([asked[2], asked[1]]);
    const next = await read<Page<Question>>(`${questions}?limit=2&cursor=${page.next_cursor}`);
    expect(next).toMatchObject({ data: [{ id: asked[0] }], next_cursor: null });
    expect([page, next].flatMap(({ data }) => data.map(({ job_id }) => job_id !== null))).toEqual([
      false,
      false,
      true,
    ]);
    expect(await read(`/v1/memories/${jobs[1]?.memory_id}/questions`)).toMatchObject({ data: [] });
  });

  test('is nobody else’s business', async () => {
    expect((await api.request(questions, {}, 'key-two')).status).toBe(404);
    expect((await api.request(`${questions}?cursor=x`)).status).toBe(400);
  });
});

describe('the timeline of a memory', () => {
  const timeline = (key?: string) => api.request(`/v1/memories/${jobs[0]?.memory_id}/timeline`, {}, key);

  test('has no moments yet where nothing was remembered', async () => {
    expect((await timeline()).body).toEqual({ shot_boundaries_s: [], first_sightings: [] });
  });

  test('has each shot boundary once, and when a thing is first seen', async () => {
    await api.worker.build(jobs[0]?.memory_id ?? '');
    const { shot_boundaries_s, first_sightings } = (await timeline()).body as Timeline;
    // each chunk of the test's worker begins with one, and the next begins with the same frame
    expect(shot_boundaries_s).toEqual([0, 1.5, 3, 4.5, 6, 7.5]);
    expect(first_sightings).toMatchObject([{ object_id: 'object-1', category: 'chair' }]);
    expect((await timeline('key-two')).status).toBe(404);
  });

  test('is read once from the parts of the map, and says where one is missing', async () => {
    const [job] = jobs;
    const memory = job?.memory_id ?? '';
    const before = (await timeline()).body;
    // it was read in the test before
    await rename(join(api.storeDir, 'map'), join(api.storeDir, 'elsewhere'));
    expect((await timeline()).body).toEqual(before);
    await rename(join(api.storeDir, 'elsewhere'), join(api.storeDir, 'map'));

    const late = jobs[1]?.memory_id ?? '';
    await api.worker.build(late);
    await api.store.delete(mapKey(late, 1));
    const read = async () => (await api.request(`/v1/memories/${late}/timeline`)).body as Timeline;
    expect((await read()).shot_boundaries_s).toBeNull();
    await api.store.put(mapKey(late, 1), await api.store.get(mapKey(memory, 1)));
    expect((await read()).shot_boundaries_s).not.toBeNull();
  });
});
