import { spawnSync } from 'node:child_process';
import { chown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** How to start a program that refuses to run as root. `command` and `args` are what goes before it. */
export interface Account {
  uid?: number;
  gid?: number;
  prefix: string[];
}

/** The account of the operating system that owns nothing; every Linux and macOS has it. */
const NOBODY = 'nobody';

/**
 * Under which account a program that refuses to run as root can run here and reach `paths`.
 *
 * Not root: as we are. Root: as `nobody`; where a folder on the way is closed to it (a clone under /root, a `mktemp -d`),
 * `setpriv` (util-linux) lends it the one capability that opens folders and files.
 * @throws Error with one sentence when there is no way
 */
export async function unprivilegedAccount(paths: string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const { uid, gid } = await accountNamed(NOBODY);
  const closed = await closedFolder(paths);
  if (closed === null) return { uid, gid, prefix: [] };
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  if (spawnSync('setpriv', [...prefix.slice(1), 'test', '-d', `${closed}/.`]).status === 0) return { prefix };
  throw new Error(`Postgres refuses to run as root, and the folder ${closed} is closed to other accounts: open it (chmod o+x) or use another account.`);
}

/** Gives a folder and all that is in it to the account that will use it. Does nothing when that is us. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = account.uid === undefined || account.gid === undefined ? await accountNamed(NOBODY) : { uid: account.uid, gid: account.gid };
  const own = async (entry: string): Promise<void> => {
    await chown(entry, uid, gid);
    if ((await lstat(entry)).isDirectory()) await Promise.all((await readdir(entry)).map((name) => own(join(entry, name))));
  };
  await own(path);
}

async function accountNamed(name: string): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const fields = passwd.split('\n').map((line) => line.split(':')).find((parts) => parts[0] === name);
  if (fields?.[2] === undefined || fields[3] === undefined) throw new Error(`Postgres refuses to run as root, and there is no account ${name} to run it as.`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** The first folder above one of the paths that accounts without rights on it cannot enter; null when there is none. */
async function closedFolder(paths: string[]): Promise<string | null> {
  for (const path of paths) {
    for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
      const enterableByOthers = ((await stat(folder)).mode & 0o001) !== 0;
      if (!enterableByOthers) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return null;
}
