import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { killOnParentExit } from '../kill-on-parent-exit.js';
import { giveTo, unprivilegedAccount, type Account } from './account.js';
import {
  EmbeddedPostgresError,
  findBinaries,
  reachableBinaries,
  spawnAs,
  watchLog,
  type ReachableBinaries,
} from './binaries.js';
import { clearLeftover, initialise, nameFromInside, readPassword, USER } from './data-folder.js';

export { EmbeddedPostgresError } from './binaries.js';

export interface EmbeddedPostgresOptions {
  /** Made and filled by the first start; a later start goes on with what is in it. */
  dataDir: string;
  port: number;
  /** Appended to. */
  logFile: string;
  /** Server settings (postgresql.conf) on top of ours, such as { fsync: 'off' }. */
  settings?: Record<string, string>;
  /** The database that `url` names; made when it is missing. Default: loci. */
  database?: string;
  /** Stop a server that still runs on this data folder (its owner was killed) instead of refusing to start. */
  replaceRunning?: boolean;
  /** For tests: the data need not survive a crash, this process may end without stop(), and the folder then goes with it. */
  disposable?: { remove: string };
}

export interface EmbeddedPostgres {
  /** postgres://loci:…@127.0.0.1:port/database */
  url: string;
  pid: number;
  /** Resolves when the server has ended, however that came about. */
  ended: Promise<void>;
  /** Ends open connections, writes a checkpoint, and resolves when the server is gone. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
/** A killed server's children hold its shared memory until they notice; a new one waits that long for them. */
const LEFTOVER_LIMIT_MS = 15_000;
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  jit: 'off',
};
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts Postgres from the binaries of the npm package on a data folder, as root under another account. The first start
 * runs initdb. The server listens on loopback only and wants a password (in `url`). It ends with this process, also when that is
 * killed.
 * @throws EmbeddedPostgresError when the platform has no binaries, the port is taken, the disk is full, another server runs
 *   on the folder: each in one sentence
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const logFile = resolve(options.logFile);
  await mkdir(dirname(dataDir), { recursive: true });
  await mkdir(dirname(logFile), { recursive: true });
  const account = await unprivilegedAccount();
  await clearLeftover(dataDir, options.replaceRunning ?? false);
  const binaries = await reachableBinaries(await findBinaries(), account);
  try {
    if (!existsSync(join(dataDir, 'PG_VERSION')))
      await initialise(binaries, account, dataDir, logFile, options.disposable === undefined);
    await giveTo(account, dataDir);
    return await startServer(options, { binaries, account, dataDir, logFile });
  } catch (error) {
    await removeCopy(binaries);
    throw error;
  }
}

interface Installation {
  binaries: ReachableBinaries;
  account: Account;
  /** Absolute paths. */
  dataDir: string;
  logFile: string;
}

async function startServer(
  options: EmbeddedPostgresOptions,
  { binaries, account, dataDir, logFile }: Installation,
): Promise<EmbeddedPostgres> {
  const password = await readPassword(dataDir);
  const url = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${options.port}/${database}`;
  const settings = {
    ...SETTINGS,
    ...(options.disposable === undefined ? {} : NOT_DURABLE),
    ...options.settings,
    port: String(options.port),
  };
  const name = await nameFromInside(dataDir, account);
  const args = ['-D', name, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  const deadline = Date.now() + LEFTOVER_LIMIT_MS;
  for (;;) {
    const log = await watchLog(logFile);
    const server = await spawnAs(account, binaries.postgres, args, logFile, dataDir);
    if (await takesConnections(server, url('postgres'), name)) return running(server, url, options, binaries);
    const complaint = await log.complaint();
    if (!/shared memory block/.test(complaint) || Date.now() > deadline)
      throw new EmbeddedPostgresError(`Postgres does not start on port ${options.port}: ${complaint}`);
    await delay(200);
  }
}

async function removeCopy({ copy }: ReachableBinaries): Promise<void> {
  if (copy !== null) await rm(copy, { recursive: true, force: true });
}

/** True once our server takes connections; false when it has ended (or was killed for not doing so in time). */
async function takesConnections(server: ChildProcess, url: string, dataDir: string): Promise<boolean> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (server.exitCode === null && server.signalCode === null) {
    if ((await dataDirBehind(url)) === dataDir) return true;
    if (Date.now() > deadline) server.kill('SIGKILL');
    await delay(30);
  }
  return false;
}

/** The data folder of whoever answers at `url`: on a port that was taken it is not ours. Null when nobody lets us in. */
async function dataDirBehind(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url });
  // a connection that breaks later is seen by the query
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    return rows[0]?.folder ?? null;
  } catch {
    // not up yet, or another's: the caller watches the process and says what its log says
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function running(
  server: ChildProcess,
  url: (database: string) => string,
  { database = 'loci', disposable }: EmbeddedPostgresOptions,
  binaries: ReachableBinaries,
): Promise<EmbeddedPostgres> {
  const { pid } = server;
  if (pid === undefined) throw new EmbeddedPostgresError('Postgres has no process number.');
  const letGo = killOnParentExit(
    pid,
    'INT',
    [disposable?.remove, binaries.copy].filter((folder) => typeof folder === 'string'),
  );
  if (disposable !== undefined) server.unref();
  const alive = () => server.exitCode === null && server.signalCode === null;
  const ended = (alive() ? once(server, 'exit') : Promise.resolve())
    .then(letGo)
    .then(() => removeCopy(binaries));
  await makeDatabase(url('postgres'), database);
  return {
    url: url(database),
    pid,
    ended,
    async stop() {
      server.ref();
      if (alive()) server.kill('SIGINT');
      await ended;
    },
  };
}

async function makeDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
