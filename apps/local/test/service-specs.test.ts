import { expect, it } from 'vitest';
import { serviceSpecs } from '../src/stack/service-specs.js';
import { readSettings } from '../src/stack/settings.js';

it('Workers get options of their own for Node, before those that the user gives', async () => {
  const settings = readSettings({ NODE_OPTIONS: '--trace-warnings', LOCI_WORKERS: '2' });
  const places = { dataDir: '/var/loci', databaseUrl: 'postgres://db/loci', host: '127.0.0.1', port: 8080 };
  const specs = await serviceSpecs(settings, places);
  const options = specs.map(({ environment }) => environment['NODE_OPTIONS']);
  const ofWorker = '--max-semi-space-size=4 --trace-warnings';
  expect(options).toEqual(['--trace-warnings', ofWorker, ofWorker]);
});
