import { defineConfig } from 'vitest/config';
import Counts from './tools/vitest-counts.mjs';

// tests import the workspace packages from source; the processes of end-to-end tests run the build
const conditions = ['@loci/source'];

interface Options {
  timeoutMs?: number;
  include?: string[];
  exclude?: string[];
  /** Variables of its tests. */
  env?: Record<string, string>;
}

export const project = (
  name: string,
  folder: string,
  { timeoutMs = 60_000, include = ['test/**/*.test.ts'], exclude = [], env = {} }: Options = {},
) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Nest reads constructor types at run time
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    name,
    root: folder,
    include,
    exclude,
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
const programs = ['apps/local', 'apps/localizer', 'apps/evaluate', 'bench', 'tools'];

const BROWSER = 'test/browser/**/*.test.ts';
const web = project('web', 'apps/web', { exclude: [BROWSER] });
/** The page in a browser, over one stack: its files come one by one, after all others. */
const page = project('page', 'apps/web', { include: [BROWSER], timeoutMs: 120_000 });

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', new Counts()],
    projects: [
      ...libs.map((name) => project(name, `libs/${name}`)),
      ...apps.map((name) => project(name, `apps/${name}`, { timeoutMs: 120_000 })),
      ...programs.map((folder) => project(folder.replace('apps/', ''), folder, { timeoutMs: 300_000 })),
      web,
      {
        ...page,
        test: {
          ...page.test,
          globalSetup: 'test/browser/stack.ts',
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
