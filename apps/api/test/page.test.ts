import { request as httpRequest } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { temporaryFolder } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';

const DOCUMENT = '<!doctype html><title>Loci</title><script type="module" src="/assets/a-1f.js"></script>';
const SCRIPT = 'export {};';
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: TestApi;
beforeAll(async () => {
  folder = await temporaryFolder('page');
  const dist = join(folder.path, 'dist');
  await mkdir(join(dist, 'assets'), { recursive: true });
  await writeFile(join(dist, 'index.html'), DOCUMENT);
  await writeFile(join(dist, 'assets', 'a-1f.js'), SCRIPT);
  await writeFile(join(dist, 'assets', 'a-1f.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(dist, 'assets', 'a-1f.js.gz'), gzipSync(SCRIPT));
  await writeFile(join(dist, '.env'), 'SECRET=1');
  await writeFile(join(dist, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder.path, 'secret.txt'), 'kept from all');
  api = await startApi({ webDir: dist });
});
afterAll(async () => {
  await api.close();
  await folder.remove();
});

const open = (path: string, headers: Record<string, string> = HTML) => api.request(path, { headers }, null);

/** The answer to a path as it is written, which fetch would tidy up. */
const raw = (path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    httpRequest(api.url, { path, headers: HTML }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .once('error', reject)
      .end();
  });

describe('the page', () => {
  test.each(['/', '/videos/vid_1', '/quiz', '/v1x'])(
    'is what a browser gets at %s, with no key',
    async (path) => {
      const response = await open(path);
      expect([response.status, response.body]).toEqual([200, DOCUMENT]);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('last-modified')).not.toBeNull();
    },
  );

  test('may run no script that stands in it, and load nothing from elsewhere', async () => {
    for (const path of ['/', '/assets/a-1f.js']) {
      const policy = (await open(path)).headers.get('content-security-policy');
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/https?:/);
    }
  });

  test('has assets that a browser keeps for a year, and other files that it asks for again', async () => {
    const asset = await open('/assets/a-1f.js', {});
    expect([asset.status, asset.body]).toEqual([200, SCRIPT]);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toMatch(/javascript/);
    const icon = await open('/icon.svg');
    expect(icon.headers.get('content-type')).toMatch(/^image\/svg/);
    expect(icon.headers.get('cache-control')).toBe('public, max-age=0');
  });

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ])('has assets that were compressed when they were built: to %s in %s', async (accepted, coding) => {
    const asset = await open('/assets/a-1f.js', { 'accept-encoding': accepted });
    expect([asset.status, asset.body]).toEqual([200, SCRIPT]);
    expect(asset.headers.get('content-encoding')).toBe(coding);
    expect(asset.headers.get('vary')).toContain('Accept-Encoding');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toMatch(/javascript/);
    expect(asset.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  test('does not stand in for an asset that is gone', async () => {
    expect((await open('/assets/a-2e.js')).status).toBe(404);
  });

  test.each(['/v1/nothing', '/v1/videos', '/docs/nothing', '/openapi.json', '/healthz'])(
    'leaves %s to the API',
    async (path) => {
      expect((await open(path)).body).not.toBe(DOCUMENT);
    },
  );

  test('is for browsers: others hear that there is nothing', async () => {
    for (const accept of ['application/json', '*/*']) {
      const response = await open('/quiz', { accept });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await api.request('/quiz', { method: 'POST', headers: HTML }, null)).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/.env',
    '/%00',
    '/%',
  ])('gives no file from outside of its folder, nor a hidden one: %s', async (path) => {
    const { status, text } = await raw(path);
    expect(status).toBeLessThan(500);
    expect(text).not.toContain('kept from all');
    expect(text).not.toContain('SECRET');
  });
});

test.each([undefined, '/nowhere'])('there is no page where WEB_DIR is %s', async (webDir) => {
  const other = await startApi({ webDir });
  const response = await other.request('/', { headers: HTML }, null);
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  expect((await other.request('/healthz', {}, null)).status).toBe(200);
  await other.close();
});
