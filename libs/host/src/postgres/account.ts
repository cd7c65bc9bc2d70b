import { lchown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './error.js';

/** The operating system's account that a program runs under; null: the account of this process. */
export type Account = Readonly<{ uid: number; gid: number }> | null;

/** The account that owns nothing; every Linux and macOS has it. */
const NOBODY = 'nobody';

/**
 * The account for a program that refuses to run as root: our own, or `nobody` when we are root.
 * @throws EmbeddedPostgresError when there is no such account
 */
export async function unprivilegedAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return null;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((parts) => parts[0] === NOBODY);
  if (fields?.[2] === undefined || fields[3] === undefined)
    throw new EmbeddedPostgresError(
      `Postgres refuses to run as root, and there is no account ${NOBODY} to run it as.`,
    );
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Gives a folder and everything in it to an account. Does nothing when that is our own. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account === null) return;
  await lchown(path, account.uid, account.gid);
  if (!(await lstat(path)).isDirectory()) return;
  await Promise.all((await readdir(path)).map((name) => giveTo(account, join(path, name))));
}

/** Whether a folder above the path keeps other accounts out: one without the execute bit for others. */
export async function isClosedToOthers(path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return true;
    if (folder === dirname(folder)) return false;
  }
}
