import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDatabase } from '@loci/database';
import { claimFolder, claimPort, CommandError, stopOrphan, untilAborted, writePidFile } from '@loci/host';
import { PostgresService } from './postgres-service.js';
import { localUrl, pidFileOf, PROGRAMS, serviceSpecs, workerName } from './service-specs.js';
import { attempt, reasonOf } from './rotating-log.js';
import { Service } from './service.js';
import { MAX_WORKERS, type StackSettings } from './settings.js';

/** A running stack. */
export interface Stack {
  /** http://127.0.0.1:port, without /v1 */
  url: string;
  /** A key that the API takes from this machine. */
  apiKey: string;
  databaseUrl: string;
  dataDir: string;
  /** Drains the workers, stops the API, then Postgres. Resolves when all processes have ended. */
  stop(): Promise<void>;
}

type Say = (line: string) => void;
/** What to stop, in the order of its start. */
type Stops = (() => Promise<void>)[];

const FOLDERS = ['pids', 'logs', 'objects'];

/**
 * Starts the embedded stack, and resolves when the API and all workers are ready. Orphans of a killed earlier
 * run on the same data directory are stopped first.
 * @param signal stops what has been started so far, in reverse order, and rejects
 * @throws CommandError when the stack cannot start
 */
export async function startStack(settings: StackSettings, say: Say, signal?: AbortSignal): Promise<Stack> {
  const dataDir = resolve(settings.dataDir);
  for (const folder of FOLDERS) await makeFolder(join(dataDir, folder));
  const claim = await claimFolder(dataDir);
  if ('owner' in claim)
    throw new CommandError(
      `Loci already runs on ${dataDir} (process ${claim.owner}); stop that one first,` +
        ' or choose another LOCI_DATA_DIR.',
    );
  const pidFile = pidFileOf(dataDir, 'stack');
  const stops: Stops = [claim.release, () => attempt(() => rm(pidFile, { force: true }), say)];
  const stop = once(async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  });
  try {
    await stopOrphans(dataDir, say);
    await writeIn(dataDir, () => writePidFile(pidFile, process.pid));
    return { ...(await startServices(settings, dataDir, say, stops, signal)), dataDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServices(
  settings: StackSettings,
  dataDir: string,
  say: Say,
  stops: Stops,
  signal?: AbortSignal,
): Promise<Pick<Stack, 'url' | 'apiKey' | 'databaseUrl'>> {
  const host = settings.environment['HOST'] ?? '127.0.0.1';
  const port = await claimPort(settings.port, host);
  const databaseUrl = settings.databaseUrl ?? (await startPostgres(dataDir, say, stops));
  signal?.throwIfAborted();
  // one of the user's own is migrated by the API and the workers, which say what is wrong with it
  if (settings.databaseUrl === undefined) await migrate(databaseUrl);
  signal?.throwIfAborted();

  const specs = await serviceSpecs(settings, { dataDir, databaseUrl, host, port });
  const services = specs.map((spec) => new Service(spec, say));
  stops.push(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });
  for (const service of services) service.start();
  await Promise.race([Promise.all(services.map((service) => service.ready)), rejectOnAbort(signal)]);
  return { url: localUrl(host, port), apiKey: firstKey(settings.environment['API_KEYS']), databaseUrl };
}

/** @returns the URL of the stack's database */
async function startPostgres(dataDir: string, say: Say, stops: Stops): Promise<string> {
  const postgres = await PostgresService.start(dataDir, say);
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function migrate(url: string): Promise<void> {
  const database = await openDatabase(url, { poolSize: 1 });
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

/** Stops the API and the workers of a run that was killed. Our Postgres takes the place of its own later. */
async function stopOrphans(dataDir: string, say: Say): Promise<void> {
  const workers = Array.from({ length: MAX_WORKERS }, (_, index) =>
    stopOrphan(pidFileOf(dataDir, workerName(index)), [PROGRAMS.worker, dataDir]),
  );
  const api = stopOrphan(pidFileOf(dataDir, 'api'), [PROGRAMS.api, dataDir]);
  if ((await Promise.all([api, ...workers])).includes(true))
    say('stopped what an earlier run had left running');
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    // what Node says of a recursive mkdir on a read-only disk, too
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const reason = missing ? 'the folder above it is missing or read-only' : reasonOf(cause);
    throw new CommandError(`${path} cannot be made: ${reason}`, { cause });
  }
}

/** The first file that is written tells whether the folder can be. */
async function writeIn(dataDir: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new CommandError(`${dataDir} cannot be written: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * The first key of API_KEYS.
 * @param keys `tenant:key,…`; without any, the API takes `dev` from loopback
 */
function firstKey(keys: string | undefined): string {
  const first = keys?.split(',').find((pair) => pair.trim() !== '');
  return first === undefined ? 'dev' : first.slice(first.indexOf(':') + 1).trim();
}

/** Rejects with the signal's reason; never settles without a signal. */
async function rejectOnAbort(signal: AbortSignal | undefined): Promise<never> {
  if (signal === undefined) return new Promise(() => undefined);
  await untilAborted(signal);
  throw signal.reason;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
