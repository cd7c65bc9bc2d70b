import { readFile } from 'node:fs/promises';
import { inRoot } from '@loci/host';
import { expect, it } from 'vitest';
import { PROGRAMS, serviceSpecs, SMALL_HEAP } from '../src/stack/service-specs.js';
import { readSettings } from '../src/stack/settings.js';

it('Workers get a small heap, here as in the images, and the API does not', async () => {
  const places = { dataDir: '/var/loci', databaseUrl: 'postgres://db/loci', host: '127.0.0.1', port: 8080 };
  const specs = await serviceSpecs(readSettings({ LOCI_WORKERS: '2' }), places);
  const worker = [...SMALL_HEAP, PROGRAMS.worker];
  expect(specs.map(({ command }) => command.slice(1, -2))).toEqual([[PROGRAMS.api], worker, worker]);
  const images = (await readFile(inRoot('Dockerfile'), 'utf8')).match(/^CMD .*worker.*$/gm);
  const command = `CMD ${JSON.stringify(['node', ...SMALL_HEAP, 'apps/worker/dist/main.js'])}`;
  expect(images?.map((line) => line.replaceAll(', ', ','))).toEqual([command, command]);
});
