import { lchown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The account that a program runs under; null: the one of this process. */
export type Account = Readonly<{ uid: number; gid: number }> | null;

/** The account of the operating system that owns nothing; every Linux and macOS has it. */
const NOBODY = 'nobody';

/**
 * The account for a program that refuses to run as root: ours, or `nobody` when we are root.
 * @throws Error with one sentence when there is no such account
 */
export async function unprivilegedAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return null;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((parts) => parts[0] === NOBODY);
  if (fields?.[2] === undefined || fields[3] === undefined)
    throw new Error(`Postgres refuses to run as root, and there is no account ${NOBODY} to run it as.`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Gives a folder and all that is in it to the account that will use it. Does nothing when that is us. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account === null) return;
  await lchown(path, account.uid, account.gid);
  if (!(await lstat(path)).isDirectory()) return;
  await Promise.all((await readdir(path)).map((name) => giveTo(account, join(path, name))));
}

/** True when some folder above the path cannot be entered by accounts that have no rights of their own on it. */
export async function isClosedToOthers(path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return true;
    if (folder === dirname(folder)) return false;
  }
}
