import { defineConfig } from 'vitest/config';
import Counts from './tools/vitest-counts.mjs';
import { project } from './vitest.config.js';

const STORES = ['storage', 'database', 'queue'];
const env = { TEST_SERVERS: 'containers' };

/** `npm run test:containers`: the images, the service in them, and the stores' suites on testcontainers. */
export default defineConfig({
  test: {
    // one file at a time: image builds would starve the suites that kill and wait
    maxWorkers: 1,
    reporters: ['default', new Counts()],
    projects: [
      ...STORES.map((name) => project(name, `libs/${name}`, { env })),
      project('containers', 'tools/containers', { env, timeoutMs: 300_000 }),
    ],
  },
});
