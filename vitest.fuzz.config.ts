import { defineConfig } from 'vitest/config';
import Counts from './tools/vitest-counts.mjs';
import { project } from './vitest.config.js';

/** `npm run test:fuzz`: files with faults, uploads of them, and requests made from the OpenAPI document. */
export default defineConfig({
  test: {
    // one file at a time: each uses all cores
    maxWorkers: 1,
    reporters: ['default', new Counts()],
    projects: [project('fuzz', 'tools/fuzz', { timeoutMs: 600_000 })],
  },
});
