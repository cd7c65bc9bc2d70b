import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { giveTo, isClosedToOthers, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './error.js';
import { spawnAs, watchLog } from './process.js';

/** The superuser that initdb makes. */
export const USER = 'loci';
/** A name of a process's working folder that needs no access to the folders above it. */
const WORKING_FOLDER = '/proc/self/cwd';

/**
 * The name under which a process of the account finds the data folder, when it is started inside it. Root can
 * start a process in a folder that the account could not reach by its path.
 * @throws EmbeddedPostgresError where a folder above is closed and the system has no such name
 */
export async function nameFromInside(dataDir: string, account: Account): Promise<string> {
  if (account === null || !(await isClosedToOthers(dataDir))) return dataDir;
  if (platform() === 'linux') return WORKING_FOLDER;
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and a folder above ${dataDir} is closed to other accounts:` +
      ' choose another LOCI_DATA_DIR, or another account.',
  );
}

/** A data folder that is to be made. */
export interface DataFolderPlan {
  dataDir: string;
  logFile: string;
  /** Whether its files must survive a power cut. */
  durable: boolean;
}

/**
 * Runs initdb, all or nothing: it fills a folder beside the final one, which is then renamed. The superuser's
 * password is kept in the folder.
 * @throws EmbeddedPostgresError with initdb's complaint
 */
export async function initialise(binaries: Binaries, account: Account, plan: DataFolderPlan): Promise<void> {
  const { dataDir, logFile, durable } = plan;
  const fresh = join(dirname(dataDir), `.${basename(dataDir)}.new`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = `${fresh}.password`;
  await writeFile(passwordFile, randomBytes(18).toString('hex'), { mode: 0o600 });
  await giveTo(account, fresh);
  await giveTo(account, passwordFile);
  const log = await watchLog(logFile);
  const password = await open(passwordFile, 'r');
  const initdb = await spawnAs(account, {
    command: binaries.initdb,
    args: initdbArguments(await nameFromInside(fresh, account), durable),
    logFile,
    workingFolder: fresh,
    input: password.fd,
  });
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

/** The password comes through standard input: the account may not reach a file by its path. */
const initdbArguments = (folder: string, durable: boolean): string[] => [
  ...['-D', folder, '-U', USER],
  ...['--auth=scram-sha-256', '--pwfile=/dev/stdin'],
  ...['-E', 'UTF8', '--locale=C', '--no-instructions'],
  ...(durable ? [] : ['--no-sync']),
];

/** The superuser's password. */
export const readPassword = async (dataDir: string): Promise<string> =>
  (await readFile(join(dataDir, 'password'), 'utf8')).trim();
