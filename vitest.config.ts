import { defineConfig } from 'vitest/config';
import Counts from './tools/vitest-counts.mjs';

// tests import the workspace packages from source; the processes of end-to-end tests run the build
const conditions = ['@loci/source'];

interface Options {
  timeoutMs?: number;
  /** Variables of its tests. */
  env?: Record<string, string>;
}

export const project = (name: string, folder: string, { timeoutMs = 60_000, env = {} }: Options = {}) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Nest reads constructor types at run time
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    name,
    root: folder,
    include: ['test/**/*.test.ts'],
    environment: 'node' as const,
    env,
    testTimeout: timeoutMs,
    hookTimeout: 120_000,
  },
});

const libs = [
  'contracts',
  'pipeline',
  'tensors',
  'localization',
  'memory',
  'answering',
  'scoring',
  'inference',
  'video',
  'storage',
  'database',
  'queue',
  'service',
  'host',
  'client',
];
const apps = ['api', 'worker'];
const programs = ['apps/local', 'apps/localizer', 'apps/evaluate', 'apps/web', 'bench', 'tools'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', new Counts()],
    projects: [
      ...libs.map((name) => project(name, `libs/${name}`)),
      ...apps.map((name) => project(name, `apps/${name}`, { timeoutMs: 120_000 })),
      ...programs.map((folder) => project(folder.replace('apps/', ''), folder, { timeoutMs: 300_000 })),
    ],
  },
});
