import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { killOnParentExit } from '../kill-on-parent-exit.js';
import { giveTo, unprivilegedAccount, type Account } from './account.js';
import { findBinaries, reachableBinaries, type ReachableBinaries } from './binaries.js';
import { createDatabase, dataFolderBehind } from './connection.js';
import { initialise, nameFromInside, readPassword, USER } from './data-folder.js';
import { EmbeddedPostgresError } from './error.js';
import { clearOrphan, runningServer } from './orphan.js';
import { spawnAs, watchLog } from './process.js';

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
  /** Stop a server that still runs on this data folder, because its owner was killed. Else it is an error. */
  replaceRunning?: boolean;
  /**
   * For tests: the data need not survive a crash, and this process may end without `stop`. The folder is then
   * removed too.
   */
  disposable?: { remove: string };
}

export interface EmbeddedPostgres {
  /** postgres://loci:…@127.0.0.1:port/database?sslmode=disable */
  url: string;
  pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  ended: Promise<void>;
  /** Ends open connections, writes a checkpoint, and resolves when the server has ended. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
/** A killed server's children hold its shared memory until they notice; the next server waits for them. */
const SHARED_MEMORY_LIMIT_MS = 15_000;
const DATABASE = 'loci';
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  jit: 'off',
};
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts Postgres from the binaries of the npm package on a data folder. The first start runs initdb. As root
 * the server runs under another account. It listens on loopback only, wants the password in `url`, and ends
 * with this process, also when that is killed.
 * @throws EmbeddedPostgresError when the platform has no binaries, the port is taken, the disk is full, or
 *   another server runs on the folder
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const logFile = resolve(options.logFile);
  const durable = options.disposable === undefined;
  await mkdir(dirname(dataDir), { recursive: true });
  await mkdir(dirname(logFile), { recursive: true });
  const account = await unprivilegedAccount();
  await clearOrphan(dataDir, options.replaceRunning ?? false);
  const binaries = await reachableBinaries(await findBinaries(), account);
  try {
    if (!existsSync(join(dataDir, 'PG_VERSION')))
      await initialise(binaries, account, { dataDir, logFile, durable });
    await giveTo(account, dataDir);
    return await startServer(options, { binaries, account, dataDir, logFile });
  } catch (error) {
    await removeCopy(binaries);
    throw error;
  }
}

/** The URL of a server's database that already runs on a data folder; null when none does. */
export async function findEmbeddedPostgres(dataDir: string, database = DATABASE): Promise<string | null> {
  const server = await runningServer(resolve(dataDir));
  return server === null ? null : urlOf(await readPassword(dataDir), server.port, database);
}

/** It takes no TLS, which a PGSSLMODE of the user's would ask for. */
const urlOf = (password: string, port: number, database: string): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;

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
  const url = (database: string) => urlOf(password, options.port, database);
  const folder = await nameFromInside(dataDir, account);
  const args = ['-D', folder, ...settingArguments(options)];
  const plan = { command: binaries.postgres, args, logFile, workingFolder: dataDir };
  const deadline = performance.now() + SHARED_MEMORY_LIMIT_MS;
  for (;;) {
    const log = await watchLog(logFile);
    const server = await spawnAs(account, plan);
    // before anything else: this process may be killed while the server is starting
    const release = killOnParentExit(Number(server.pid), 'INT', foldersOf(options, binaries));
    if (await takesConnections(server, url('postgres'), folder))
      return running(server, url, options, { binaries, release });
    await release();
    const complaint = await log.complaint();
    if (!/shared memory block/.test(complaint) || performance.now() > deadline)
      throw new EmbeddedPostgresError(`Postgres does not start on port ${options.port}: ${complaint}`);
    await delay(200);
  }
}

function settingArguments({ disposable, settings, port }: EmbeddedPostgresOptions): string[] {
  const notDurable = disposable === undefined ? {} : NOT_DURABLE;
  const all = { ...SETTINGS, ...notDurable, ...settings, port: String(port) };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function removeCopy({ copy }: ReachableBinaries): Promise<void> {
  if (copy !== null) await rm(copy, { recursive: true, force: true });
}

/** True once our server takes connections; false when it has ended. It is killed when it takes too long. */
async function takesConnections(server: ChildProcess, url: string, dataDir: string): Promise<boolean> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (server.exitCode === null && server.signalCode === null) {
    if ((await dataFolderBehind(url)) === dataDir) return true;
    if (performance.now() > deadline) server.kill('SIGKILL');
    await delay(30);
  }
  return false;
}

/** What goes with the server when this process is killed. */
const foldersOf = ({ disposable }: EmbeddedPostgresOptions, { copy }: ReachableBinaries): string[] =>
  [disposable?.remove, copy].filter((folder) => typeof folder === 'string');

async function running(
  server: ChildProcess,
  url: (database: string) => string,
  { database = DATABASE, disposable }: EmbeddedPostgresOptions,
  { binaries, release }: { binaries: ReachableBinaries; release: () => Promise<void> },
): Promise<EmbeddedPostgres> {
  const { pid } = server;
  if (pid === undefined) throw new EmbeddedPostgresError('Postgres has no process number.');
  if (disposable !== undefined) server.unref();
  const alive = () => server.exitCode === null && server.signalCode === null;
  const ended = (alive() ? once(server, 'exit') : Promise.resolve())
    .then(release)
    .then(() => removeCopy(binaries));
  await createDatabase(url('postgres'), database);
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
