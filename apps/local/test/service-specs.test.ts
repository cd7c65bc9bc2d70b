import { readFile } from 'node:fs/promises';
import { inRoot } from '@loci/host';
import { expect, it } from 'vitest';
import { PROGRAMS, serviceSpecs, smallHeap } from '../src/stack/service-specs.js';
import { readSettings } from '../src/stack/settings.js';

it('Workers get a small heap, here as in the images, and the API does not', async () => {
  const places = { dataDir: '/var/loci', databaseUrl: 'postgres://db/loci', host: '127.0.0.1', port: 8080 };
  const specs = await serviceSpecs(readSettings({ LOCI_WORKERS: '2' }), places);
  const worker = [...smallHeap(process.versions.node), PROGRAMS.worker];
  expect(specs.map(({ command }) => command.slice(1, -2))).toEqual([[PROGRAMS.api], worker, worker]);
  const dockerfile = await readFile(inRoot('Dockerfile'), 'utf8');
  const [, node = ''] = /^ARG NODE_IMAGE=node:(\d+)/m.exec(dockerfile) ?? [];
  const images = dockerfile.match(/^CMD .*worker.*$/gm);
  const command = `CMD ${JSON.stringify(['node', ...smallHeap(node), 'apps/worker/dist/main.js'])}`;
  expect(images?.map((line) => line.replaceAll(', ', ','))).toEqual([command, command]);
});

it('A worker gets no option that the V8 of its Node does not know', () => {
  expect(smallHeap('24.21.0')).toContain('--no-separate-gc-phases');
  expect(smallHeap('26.12.1')).not.toContain('--no-separate-gc-phases');
});
