import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startApi, testSurroundings, type TestApi, type TestSurroundings } from './fixtures/api.js';
import { clip, transportStream } from './fixtures/clips.js';
import { problemName } from './fixtures/problem-name.js';

let surroundings: TestSurroundings;
let closings: (() => unknown)[];
beforeEach(async () => {
  surroundings = await testSurroundings();
  closings = [surroundings.remove];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closings.reverse()) await close();
});

/** Mounts a small disk on a folder until the test has ended; only root can. */
async function mountDisk(path: string): Promise<boolean> {
  await mkdir(path, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path]).status !== 0) return false;
  closings.push(() => spawnSync('umount', ['-l', path]));
  return true;
}

/** A clip that comes while a disk is full is refused for the moment, and taken once there is room. */
async function expectPassing(disk: string, bytes: Buffer): Promise<void> {
  const api: TestApi = await startApi({}, {}, surroundings);
  closings.push(() => api.close());
  const headers = { 'content-type': 'application/octet-stream' };
  const upload = () => api.request('/v1/videos', { method: 'POST', headers, body: new Uint8Array(bytes) });
  const filler = join(disk, 'filler');
  await writeFile(filler, Buffer.alloc(2 ** 20)).catch(() => undefined);
  const refused = await upload();
  expect([refused.status, problemName(refused.body)]).toEqual([503, 'unavailable']);
  expect(refused.headers.get('retry-after')).toBe('1');
  await rm(filler);
  expect((await upload()).status).toBe(201);
}

test('a full store is no fault of the clip', async ({ skip }) => {
  const { storeDir } = surroundings;
  if (!(await mountDisk(storeDir))) skip('only root can mount a disk');
  await expectPassing(storeDir, clip());
});

test('nor is a full temporary folder, where the clip is remuxed', async ({ skip }) => {
  const disk = `${surroundings.storeDir}-temporary`;
  if (!(await mountDisk(disk))) skip('only root can mount a disk');
  const bytes = transportStream();
  vi.stubEnv('TMPDIR', disk);
  await expectPassing(disk, bytes);
});
