import { expect, test } from 'vitest';
import { startApi } from './fixtures/api.js';

const PAGE = 'https://viewer.example';
/** What a browser sends before a page posts JSON with a key. */
const preflight = (url: string, origin: string): Promise<Response> =>
  fetch(`${url}/v1/jobs`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  });

test('pages of the origins that were configured may call the API, and no others', async () => {
  const api = await startApi({ corsOrigins: [PAGE] });
  const allowed = await preflight(api.url, PAGE);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(PAGE);
  expect(allowed.headers.get('access-control-allow-methods')).toContain('POST');
  expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('idempotency-key');
  const answer = await fetch(`${api.url}/v1/jobs`, { headers: { origin: PAGE } });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
  expect(answer.headers.get('access-control-expose-headers')).toContain('Location');
  const other = await preflight(api.url, 'https://elsewhere.example');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
  await api.close();
});

test('without configured origins only pages of the API itself may', async () => {
  const api = await startApi();
  const answer = await preflight(api.url, PAGE);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  await api.close();
});
