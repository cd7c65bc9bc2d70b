import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '@loci/database';
import { claimPort, CommandError, freePort, inRoot, untilAborted } from '@loci/host';
import { processIn, stopLeftover, writePid } from './pid-file.js';
import { PostgresService } from './postgres-service.js';
import { Service } from './service.js';
import type { StackSettings } from './settings.js';

export interface Stack {
  /** http://127.0.0.1:port, without /v1 */
  url: string;
  /** A key that the API takes from this machine. */
  apiKey: string;
  databaseUrl: string;
  dataDir: string;
  /** Drains the workers, stops the API, then Postgres. Resolves when all processes are gone. */
  stop(): Promise<void>;
}

type Say = (line: string) => void;
const ENTRY = {
  api: inRoot('apps', 'api', 'dist', 'main.js'),
  worker: inRoot('apps', 'worker', 'dist', 'main.js'),
};
const workerName = (index: number): string => `worker-${index + 1}`;
/** As many workers of an earlier run are looked for. */
const MOST_WORKERS = 64;

/**
 * Starts the embedded stack and resolves when the API and all workers are ready. What a killed earlier run left behind on
 * the same data directory is stopped first.
 * @param signal stops what has been started so far, in order, and rejects
 * @throws CommandError when it cannot start: one sentence
 */
export async function startStack(settings: StackSettings, say: Say, signal?: AbortSignal): Promise<Stack> {
  const dataDir = resolve(settings.dataDir);
  for (const folder of ['pids', 'logs', 'objects']) await makeFolder(join(dataDir, folder));
  const ownPid = join(dataDir, 'pids', 'stack.pid');
  const running = await processIn(ownPid, ['/dist/']);
  if (running !== null)
    throw new CommandError(
      `Loci already runs on ${dataDir} (process ${running}); stop that one first, or choose another LOCI_DATA_DIR.`,
    );
  await stopLeftovers(dataDir, say);
  await writePid(ownPid, process.pid);

  const stops: (() => Promise<void>)[] = [() => rm(ownPid, { force: true })];
  const stop = once(async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  });
  try {
    return { ...(await startParts(settings, dataDir, say, stops, signal)), dataDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  settings: StackSettings,
  dataDir: string,
  say: Say,
  stops: (() => Promise<void>)[],
  signal?: AbortSignal,
) {
  const host = settings.environment['HOST'] ?? '127.0.0.1';
  const port = await claimPort(settings.port, host);
  let databaseUrl = settings.databaseUrl;
  if (databaseUrl === undefined) {
    const postgres = await PostgresService.start(dataDir, say);
    stops.push(() => postgres.stop());
    databaseUrl = postgres.url;
  }
  signal?.throwIfAborted();
  await migrate(databaseUrl);
  signal?.throwIfAborted();

  const environment = {
    // buffers of a chunk are given back to the system when they are freed, instead of making the process larger and larger (glibc)
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '131072',
    // ONNX Runtime reports its use to its maker otherwise
    ORT_DISABLE_TELEMETRY: '1',
    ...settings.environment,
    DATABASE_URL: databaseUrl,
    QUEUE_URL: settings.queueUrl ?? databaseUrl,
    OBJECT_STORE_URL: settings.objectStoreUrl ?? pathToFileURL(join(dataDir, 'objects')).href,
    MODEL_DIR: settings.modelDir,
    HOST: host,
  };
  const service = (name: string, entry: string, own: NodeJS.ProcessEnv, ownPort: number) =>
    new Service({
      name,
      // the data directory stands there for `ps`, and for the next run that has to tell its own processes from others
      command: [process.execPath, entry, '--data', dataDir],
      environment: { ...environment, ...own },
      logFile: join(dataDir, 'logs', `${name}.log`),
      pidFile: join(dataDir, 'pids', `${name}.pid`),
      readyUrl: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${ownPort}/readyz`,
    });
  const services = [service('api', ENTRY.api, { PORT: String(port) }, port)];
  for (let index = 0; index < settings.workers; index += 1) {
    const health = await freePort();
    services.push(service(workerName(index), ENTRY.worker, { WORKER_PORT: String(health) }, health));
  }
  stops.push(async () => {
    await Promise.all(services.map((each) => each.stop()));
  });
  for (const each of services) each.start();
  await Promise.race([Promise.all(services.map((each) => each.ready)), aborted(signal)]);
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    apiKey: firstKey(settings.environment['API_KEYS']),
    databaseUrl,
  };
}

async function migrate(url: string): Promise<void> {
  const database = await openDatabase(url, { poolSize: 1 });
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

/** Workers and API of a run that was killed; its Postgres is replaced when ours starts. */
async function stopLeftovers(dataDir: string, say: Say): Promise<void> {
  const pidFile = (name: string) => join(dataDir, 'pids', `${name}.pid`);
  const workers = Array.from({ length: MOST_WORKERS }, (_, index) =>
    stopLeftover(pidFile(workerName(index)), [ENTRY.worker, dataDir]),
  );
  const found = await Promise.all([stopLeftover(pidFile('api'), [ENTRY.api, dataDir]), ...workers]);
  if (found.includes(true)) say('stopped what an earlier run had left running');
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new CommandError(
      `${path} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** `tenant:key,…`: the first key; without any, the one that the API takes from loopback. */
function firstKey(keys: string | undefined): string {
  const first = keys?.split(',').find((pair) => pair.trim() !== '');
  return first === undefined ? 'dev' : first.slice(first.indexOf(':') + 1).trim();
}

/** Rejects with the signal's reason. */
async function aborted(signal: AbortSignal | undefined): Promise<never> {
  if (signal === undefined) return new Promise(() => undefined);
  await untilAborted(signal);
  throw signal.reason;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
