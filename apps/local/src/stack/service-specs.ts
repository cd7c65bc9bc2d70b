import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort, inRoot } from '@loci/host';
import type { ServiceSpec } from './service.js';
import type { StackSettings } from './settings.js';

/** The programs of the two kinds of service, as they were built. */
export const PROGRAMS = {
  api: inRoot('apps', 'api', 'dist', 'main.js'),
  worker: inRoot('apps', 'worker', 'dist', 'main.js'),
};

/**
 * Options of a worker for V8, which else lets young objects take 64 MB and collects old ones only when they
 * are several times what lives. So small a heap is collected with less processor time by one thread than by
 * several, and the cores have other work. The same stand in the Dockerfile, for its version of Node.
 * @param node the version of Node that runs the worker
 */
export const smallHeap = (node: string): string[] => [
  '--max-semi-space-size=4',
  '--initial-old-space-size=64',
  '--heap-growing-percent=20',
  '--single-threaded-gc',
  ...(Number.parseInt(node, 10) < FIRST_WITHOUT_PHASES ? ['--no-separate-gc-phases'] : []),
];

/**
 * The first release of Node whose V8 never collects young objects while it marks old ones. Those before are
 * told to: else all that a chunk makes meanwhile is kept, up to 30 MB, and its pages stay with the process.
 */
const FIRST_WITHOUT_PHASES = 25;

/**
 * Has glibc ask for huge pages: to start ffmpeg, a process is forked, which takes the longer, the more pages
 * its memory lies in.
 */
export const HUGE_PAGES = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

export const workerName = (index: number): string => `worker-${index + 1}`;
export const postgresFolder = (dataDir: string): string => join(dataDir, 'pg');
export const logFileOf = (dataDir: string, name: string): string => join(dataDir, 'logs', `${name}.log`);
export const pidFileOf = (dataDir: string, name: string): string => join(dataDir, 'pids', `${name}.pid`);

/** Where the services of a stack find each other and their data. */
export interface StackPlaces {
  dataDir: string;
  databaseUrl: string;
  /** The address that the API and the workers' health checks listen on. */
  host: string;
  /** The API's port. */
  port: number;
}

/** The URL of a port of this stack, for clients on this machine. */
export const localUrl = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;

/** The store of a stack: the user's own, or a folder beside the database. */
export const objectStoreUrl = (settings: StackSettings, dataDir: string): string =>
  settings.objectStoreUrl ?? pathToFileURL(join(dataDir, 'objects')).href;

/** What to start: the API, and as many workers as the settings say. */
export async function serviceSpecs(settings: StackSettings, places: StackPlaces): Promise<ServiceSpec[]> {
  const { dataDir, host, port } = places;
  const shared = sharedEnvironment(settings, places);
  const spec = (
    name: string,
    program: string,
    extra: NodeJS.ProcessEnv,
    healthPort: number,
  ): ServiceSpec => ({
    name,
    // `ps` shows the data directory, and the next run knows its orphans by it
    command: [
      process.execPath,
      ...(program === PROGRAMS.worker ? smallHeap(process.versions.node) : []),
      ...[program, '--data', dataDir],
    ],
    environment: { ...shared, ...extra },
    logFile: logFileOf(dataDir, name),
    pidFile: pidFileOf(dataDir, name),
    readyUrl: `${localUrl(host, healthPort)}/readyz`,
  });
  const specs = [spec('api', PROGRAMS.api, { PORT: String(port), ...shownBy(settings) }, port)];
  for (let index = 0; index < settings.workers; index += 1) {
    const healthPort = await freePort();
    const extra = { WORKER_PORT: String(healthPort), ...HUGE_PAGES };
    specs.push(spec(workerName(index), PROGRAMS.worker, extra, healthPort));
  }
  return specs;
}

/** What the API shows beside its own: the quiz, the page where it was built, the report that ships. */
const shownBy = ({ webDir, reportDir, quizDirs }: StackSettings): NodeJS.ProcessEnv => ({
  LOCI_QUIZ_DIR: quizDirs,
  ...(webDir === undefined ? {} : { WEB_DIR: webDir }),
  ...(reportDir === undefined ? {} : { REPORT_DIR: reportDir }),
});

const sharedEnvironment = (
  settings: StackSettings,
  { dataDir, databaseUrl, host }: StackPlaces,
): NodeJS.ProcessEnv => ({
  // glibc gives freed buffers of a chunk back to the system; otherwise the process would grow and grow
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  // ONNX Runtime would report its use to its maker
  ORT_DISABLE_TELEMETRY: '1',
  ...settings.environment,
  DATABASE_URL: databaseUrl,
  QUEUE_URL: settings.queueUrl ?? databaseUrl,
  OBJECT_STORE_URL: objectStoreUrl(settings, dataDir),
  MODEL_DIR: settings.modelDir,
  HOST: host,
});
