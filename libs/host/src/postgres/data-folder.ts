import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { giveTo, isClosedToOthers, type Account } from './account.js';
import { EmbeddedPostgresError, spawnAs, watchLog, type Binaries } from './binaries.js';

/** The superuser that initdb makes. */
export const USER = 'loci';
const STOP_LIMIT_MS = 15_000;
/** The folder that a process stands in, by a name that asks no right on the folders above. */
const WORKING_FOLDER = '/proc/self/cwd';

/**
 * How a process of the account that is started inside the data folder names it. Root can start one in a folder that the account
 * could not reach by its path.
 * @throws EmbeddedPostgresError where a folder above is closed to the account and the system has no such name
 */
export async function nameFromInside(dataDir: string, account: Account): Promise<string> {
  if (account === null || !(await isClosedToOthers(dataDir))) return dataDir;
  if (platform() === 'linux') return WORKING_FOLDER;
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and a folder above ${dataDir} is closed to other accounts: choose another LOCI_DATA_DIR, or another account.`,
  );
}

/**
 * Removes the lock file of a server that is gone (kill -9, a power cut). A server that lives is stopped when `replaceRunning`.
 * @throws EmbeddedPostgresError naming the server that runs there
 */
export async function clearLeftover(dataDir: string, replaceRunning: boolean): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number((await readFile(lockFile, 'utf8')).split('\n')[0]);
  if (pid > 0 && (await isServerOf(pid, dataDir))) {
    if (!replaceRunning)
      throw new EmbeddedPostgresError(`Another Postgres (process ${pid}) already runs on ${dataDir}.`);
    await stopServer(pid, dataDir);
  }
  await rm(lockFile, { force: true });
}

/** True when the process is alive and is a Postgres on this folder: numbers are used again after a crash or a reboot. */
async function isServerOf(pid: number, dataDir: string): Promise<boolean> {
  if (platform() === 'linux') {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    return (
      commandLine.includes('postgres') &&
      (workingFolder === (await realpath(dataDir)) || commandLine.includes(dataDir))
    );
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function stopServer(pid: number, dataDir: string): Promise<void> {
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (await isServerOf(pid, dataDir)) {
    if (Date.now() > deadline)
      throw new EmbeddedPostgresError(
        `The Postgres left over from an earlier run (process ${pid}) does not stop.`,
      );
    await delay(50);
  }
}

/**
 * initdb, all or nothing: it works in a folder beside and renames it. The superuser's password stands in the folder; initdb
 * reads it from its standard input, for it may not be able to reach a file by its path.
 * @throws EmbeddedPostgresError with what initdb said
 */
export async function initialise(
  binaries: Binaries,
  account: Account,
  dataDir: string,
  logFile: string,
  durable: boolean,
): Promise<void> {
  const fresh = join(dirname(dataDir), `.${basename(dataDir)}.new`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = `${fresh}.password`;
  await writeFile(passwordFile, randomBytes(18).toString('hex'), { mode: 0o600 });
  await giveTo(account, fresh);
  await giveTo(account, passwordFile);
  const args = [
    '-D',
    await nameFromInside(fresh, account),
    '-U',
    USER,
    '--auth=scram-sha-256',
    '--pwfile=/dev/stdin',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
  const log = await watchLog(logFile);
  const password = await open(passwordFile, 'r');
  const initdb = await spawnAs(account, binaries.initdb, args, logFile, fresh, password.fd);
  const [code] = (await once(initdb, 'exit')) as [number | null];
  await password.close();
  if (code !== 0)
    throw new EmbeddedPostgresError(
      `Postgres could not make its data folder ${dataDir}: ${await log.complaint()}`,
    );
  await rename(passwordFile, join(fresh, 'password'));
  await rm(dataDir, { recursive: true, force: true });
  await rename(fresh, dataDir);
}

/** The superuser's password. */
export const readPassword = async (dataDir: string): Promise<string> =>
  (await readFile(join(dataDir, 'password'), 'utf8')).trim();
