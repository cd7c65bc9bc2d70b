import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** http.md's calls, but direct uploads and webhooks. */
const CALLS = [
  'POST /v1/videos',
  'GET /v1/videos',
  'GET /v1/videos/{id}',
  'GET /v1/videos/{id}/content',
  'POST /v1/videos/{id}/content-token',
  'DELETE /v1/videos/{id}',
  'POST /v1/uploads',
  'HEAD /v1/uploads/{id}',
  'PATCH /v1/uploads/{id}',
  'DELETE /v1/uploads/{id}',
  'POST /v1/uploads/{id}/video',
  'POST /v1/jobs',
  'GET /v1/jobs',
  'GET /v1/jobs/{id}',
  'POST /v1/jobs/{id}/cancel',
  'GET /v1/jobs/{id}/events',
  'POST /v1/jobs/{id}/events-token',
  'GET /v1/memories',
  'GET /v1/memories/{id}',
  'GET /v1/memories/{id}/entries',
  'GET /v1/memories/{id}/map',
  'GET /v1/memories/{id}/timeline',
  'GET /v1/memories/{id}/suggestions',
  'GET /v1/memories/{id}/questions',
  'GET /v1/memories/{id}/frames/{frame}/thumbnail',
  'POST /v1/memories/{id}/questions',
  'GET /v1/questions/{id}',
  'GET /v1/models',
  'GET /v1/report',
  'GET /v1/system',
  'POST /v1/system/queues-token',
  'GET /v1/quiz/sets',
  'POST /v1/quiz/rounds',
  'GET /v1/quiz/rounds/{id}',
  'POST /v1/quiz/rounds/{id}/answers',
  'GET /v1/examples',
  'POST /v1/examples/{id}/video',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /docs',
  'GET /openapi.json',
];

const operations = () =>
  Object.entries(api.contract.document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

test('the document is OpenAPI 3.1 and has exactly the calls of the contract', () => {
  expect(api.contract.document.openapi).toMatch(/^3\.1\./);
  expect(
    operations()
      .map(({ call }) => call)
      .sort(),
  ).toEqual([...CALLS].sort());
});

test('every route that the router serves is in the document, and the other way round', () => {
  expect(api.routes().sort()).toEqual(
    operations()
      .map(({ call }) => call)
      .sort(),
  );
});

test('every operation has a name of its own, a good answer and, under /v1, a problem for every other', () => {
  const names = operations().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { call, operation } of operations()) {
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith('2')),
      call,
    ).toBe(true);
    if (!call.includes('/v1/')) continue;
    expect(operation.responses['default']?.content?.['application/problem+json']?.schema, call).toEqual({
      $ref: '#/components/schemas/Problem',
    });
    expect(operation.responses, call).toHaveProperty('401');
  }
});

test('every schema is valid JSON Schema 2020-12, and every reference leads somewhere', () => {
  const { schemas } = api.contract.document.components;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const [name, schema] of Object.entries(schemas)) expect(ajv.validateSchema(schema), name).toBe(true);
  const references = [...JSON.stringify(api.contract.document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, target]) => target!,
  );
  expect(references.length).toBeGreaterThan(50);
  for (const target of references)
    expect(schemas).toHaveProperty([target.replace('#/components/schemas/', '')]);
});

test('the contracts have their names in it', () => {
  for (const name of [
    'Video',
    'Job',
    'SubmitJob',
    'Ask',
    'Question',
    'Answer',
    'Evidence',
    'TraceItem',
    'Memory',
    'Entry',
    'SpaceMap',
    'Model',
    'Problem',
    'Progress',
    'JobEvents',
  ]) {
    expect(api.contract.document.components.schemas).toHaveProperty(name);
  }
});

test('the page loads nothing from anywhere but this API', async () => {
  const page = (await api.request('/docs', {}, null)).body as string;
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target!);
  expect(loaded.length).toBeGreaterThan(1);
  for (const target of loaded) {
    expect(target).toMatch(/^\/[^/]/);
    expect((await fetch(api.url + target)).status).toBe(200);
  }
});

test('models, health and metrics answer as the document says', async () => {
  expect((await api.request('/v1/models')).body).toMatchObject({
    data: [{ name: 'loci-test', version: '1.2.3' }],
    next_cursor: null,
  });
  expect((await api.request('/healthz', {}, null)).body).toEqual({ status: 'ok' });
  expect((await api.request('/readyz', {}, null)).body).toEqual({ status: 'ok' });
  const metrics = (await api.request('/metrics', {}, null)).body as string;
  expect(metrics).toMatch(/loci_queue_jobs\{stage="perceive",state="waiting"\} \d/);
  expect(metrics).toMatch(
    /loci_http_request_duration_seconds_count\{method="GET",route="\/v1\/models",status="200"\} 1/,
  );
});
