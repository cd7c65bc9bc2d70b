import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LociClient } from '@loci/client';
import { newId } from '@loci/contracts';
import { temporaryFolder } from '@loci/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

const REPORT = fileURLToPath(new URL('../../../docs/research/test-set', import.meta.url));
const QUESTION = { id: 'q', dataset: 'set', scene_name: 'a', question: 'how many ?', options: null };

let api: TestApi;
let folder: { path: string; remove(): Promise<void> };
const send = globalThis.fetch;
beforeAll(async () => {
  folder = await temporaryFolder('client');
  const quizDirs = join(folder.path, 'rooms');
  await mkdir(quizDirs);
  await writeFile(join(quizDirs, 'a.mp4'), clip({ seconds: 8 }));
  const questions = [{ ...QUESTION, question_type: 'object_counting', ground_truth: 4 }];
  await writeFile(join(quizDirs, 'questions.json'), JSON.stringify(questions));
  api = await startApi({ adminKeys: [{ tenant: 'one', key: 'key-admin' }], reportDir: REPORT, quizDirs });
  globalThis.fetch = sentByContract;
});
afterAll(async () => {
  globalThis.fetch = send;
  await api.close();
  await folder.remove();
});

/** Sends a request, and holds it and its answer against the OpenAPI document. */
async function sentByContract(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
  const method = init?.method ?? 'GET';
  const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
  api.contract.checkRequest(method, pathname, [...searchParams.keys()], body);
  const response = await send(input, init);
  const type = response.headers.get('content-type');
  const answer: unknown = type?.includes('json') === true ? await response.clone().json() : null;
  api.contract.check(method, pathname, response.status, type, answer);
  return response;
}

/** The methods of a class that a caller may use. */
const methodsOf = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');

/** Notes which methods of an object are called. */
const noting = <T extends object>(target: T, called: Set<string>): T =>
  new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function') return value;
      called.add(String(name));
      return value.bind(object) as unknown;
    },
  });

test('every method of the client calls a route of the document, with the bodies that it says', async () => {
  const called = new Set<string>();
  const client = new LociClient(api.url, 'key-admin');
  const loci = noting(client, called);
  const quiz = noting(client.quiz, called);

  const video = await loci.upload(new Blob([clip({ seconds: 8 })]));
  await expect(loci.finishUpload(newId('upload'))).rejects.toThrow('answered 404');
  expect((await loci.videos({ limit: 1 })).data).toEqual([await loci.video(video.id)]);
  const job = await loci.submit({ video_id: video.id, metadata: { a: 1 } }, 'once');
  expect((await loci.jobs({ video_id: video.id, limit: 1 })).data.map(({ id }) => id)).toEqual([job.id]);
  await api.worker.build(job.memory_id);
  expect((await loci.finished(job.id)).status).toBe('succeeded');
  for await (const { event } of loci.events(job.id)) expect(['progress', 'answer', 'done']).toContain(event);
  expect((await loci.memories({ video_id: video.id })).data.map(({ id }) => id)).toEqual([job.memory_id]);
  expect((await loci.memory(job.memory_id)).status).toBe('ready');
  expect((await loci.entries(job.memory_id, 8)).length).toBeGreaterThan(0);
  expect((await loci.map(job.memory_id)).objects).toHaveLength(1);
  expect((await loci.mapFile(job.memory_id, 'ply')).size).toBeGreaterThan(0);
  expect((await loci.timeline(job.memory_id)).first_sightings).toHaveLength(1);
  expect(await loci.suggestions(job.memory_id)).toEqual([]);
  expect((await loci.contentToken(video.id)).token).toMatch(/^ey/);
  const asked = await loci.ask(job.memory_id, { question: 'how many chairs ?' }, 0);
  expect((await loci.question(asked.id)).status).toBe('queued');
  expect((await loci.questions(job.memory_id, { limit: 5 })).data.map(({ id }) => id)).toEqual([asked.id]);
  expect((await loci.defaultModel()).name).toBe('loci-test');
  expect((await loci.report()).evaluation.dataset.world).toBe('drawn');
  expect((await loci.system()).versions.models).toEqual(['loci-test@1.2.3']);
  expect((await loci.queuesToken()).token).toMatch(/^ey/);
  const waiting = await loci.submit({ video_id: video.id, sampling: { fps: 1 } });
  expect((await loci.job(waiting.id)).status).toBe('queued');
  expect((await loci.cancel(waiting.id)).status).toBe('canceled');

  expect(await quiz.sets()).toHaveLength(1);
  const round = await quiz.begin({ seed: 1 });
  expect(await quiz.round(round.id)).toEqual(round);
  expect(await quiz.answer(round.id, { question_id: 'q', answer: '4' })).toMatchObject({ right: true });
  expect(await quiz.examples()).toEqual([]);
  await expect(quiz.openExample('none')).rejects.toThrow('answered 404');
  await loci.deleteVideo(video.id);

  const methods = [
    ...methodsOf(LociClient.prototype),
    ...methodsOf(Object.getPrototypeOf(client.quiz) as object),
  ];
  expect([...called].sort()).toEqual(methods.sort());
});
