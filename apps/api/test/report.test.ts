import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluationSchema, type Report } from '@loci/contracts';
import { temporaryFolder } from '@loci/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { problemName } from './fixtures/problem-name.js';

const SHIPPED = fileURLToPath(new URL('../../../docs/research/test-set', import.meta.url));

let api: TestApi;
let folder: { path: string; remove(): Promise<void> };
beforeAll(async () => {
  folder = await temporaryFolder('report');
  api = await startApi({ reportDir: folder.path });
});
afterAll(async () => {
  await api.close();
  await folder.remove();
});
beforeEach(() => copyFile(join(SHIPPED, 'report.json'), join(folder.path, 'report.json')));

const report = () => api.request('/v1/report');

test('the shipped report says that its world is drawn', async () => {
  const { evaluation } = (await report()).body as Report;
  expect(evaluation.dataset.world).toBe('drawn');
  expect(evaluation.tables.map(({ benchmark }) => benchmark)).toContain('vsi-bench');
  expect(evaluation.horizon.map(({ group }) => group)).toEqual(
    expect.arrayContaining(['short', 'mid', 'long']),
  );
});

test('a report has the study of robustness once there is one', async () => {
  expect((await report()).body).toMatchObject({ robustness: null });
  await mkdir(join(folder.path, 'robustness'));
  const file = ['robustness', 'report.json'] as const;
  await copyFile(join(SHIPPED, ...file), join(folder.path, ...file));
  const { robustness } = (await report()).body as Report;
  expect(robustness?.variants.map(({ name }) => name)).toContain('plain');
  expect(robustness?.comparisons.length).toBeGreaterThan(0);
});

test('another evaluation is seen at once, and has no world where nobody told it', async () => {
  const text = await readFile(join(SHIPPED, 'report.json'), 'utf8');
  const { dataset, ...other } = evaluationSchema.parse(JSON.parse(text));
  const own = { ...other, dataset: { name: 'own', benchmark: dataset.benchmark } };
  await writeFile(join(folder.path, 'report.json'), JSON.stringify(own));
  const { evaluation } = (await report()).body as Report;
  expect(evaluation.dataset).toEqual({ name: 'own', benchmark: 'spatial', world: null });
});

test('a file that is no report is a fault of the service', async () => {
  await writeFile(join(folder.path, 'report.json'), '{"tables": []}');
  expect((await report()).status).toBe(500);
});

test('a report needs a key, and is not found where there is none', async () => {
  expect((await api.request('/v1/report', {}, null)).status).toBe(401);
  const bare = await startApi();
  try {
    const { status, body } = await bare.request('/v1/report');
    expect([status, problemName(body)]).toEqual([404, 'not-found']);
  } finally {
    await bare.close();
  }
});
