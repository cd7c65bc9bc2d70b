import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PROBLEMS, type Page, type Video } from '@loci/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi } from './fixtures/api.js';
import { clip } from './fixtures/clips.js';

const PAGE = new URL('../../../docs/guide/http.md', import.meta.url);
const REPORT = fileURLToPath(new URL('../../../docs/research/test-set', import.meta.url));

let api: TestApi;
beforeAll(async () => {
  // the key of the examples shows how the installation stands, too
  api = await startApi({ reportDir: REPORT, adminKeys: [{ tenant: 'one', key: 'key-one' }] });
});
afterAll(() => api.close());

/** Builds and answers whatever is asked for, until it is told to stop. */
async function work(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const id of await api.database.memories.unfinished(10)) {
      await api.worker.build(id);
      for (const question of (await api.database.memories.facts(id))?.questions ?? [])
        await api.worker.answer(question.id);
    }
    await delay(50);
  }
}

test('the examples of docs/guide/http.md run from the first to the last', async () => {
  const text = await readFile(PAGE, 'utf8');
  const script = [...text.matchAll(/^```bash\n(.*?)^```/gms)].map(([, block]) => block).join('\n');
  const file = join(api.storeDir, 'walk.mp4');
  await writeFile(file, clip({ seconds: 24 }));
  const stop = new AbortController();
  const working = work(stop.signal);
  // fails with the first line that fails, and curl with any problem document
  const shell = spawn(
    'bash',
    [
      '-euo',
      'pipefail',
      '-c',
      `curl() { command curl --fail-with-body "$@"; }\n${script.replaceAll(/^(loci --request POST .*cancel")$/gm, '! $1')}`,
    ],
    {
      env: { PATH: process.env['PATH'], LOCI: api.url, LOCI_KEY: 'key-one', CLIP: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  shell.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  shell.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  const [code] = (await once(shell, 'exit')) as [number | null];
  stop.abort();
  await working;
  expect(code, output).toBe(0);
  expect(output).toContain('event: done');
  expect(output).toContain('"status":"answered"');
  // the job that is canceled at the end has succeeded long before
  expect(output).toContain('job-ended');
  expect(((await api.request('/v1/videos')).body as Page<Video>).data).toEqual([]);
});

test('every problem has its place in docs/guide/http.md', async () => {
  const text = await readFile(PAGE, 'utf8');
  for (const name of Object.keys(PROBLEMS)) expect(text).toContain(`\`${name}\``);
});
