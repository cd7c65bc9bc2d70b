import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './error.js';

const STOP_LIMIT_MS = 15_000;
const POLL_MS = 50;

/**
 * Removes the lock file of a server that has ended without removing it (kill -9, a power cut).
 * @param replaceRunning stop a server that still runs on the folder
 * @throws EmbeddedPostgresError that names the server, when one runs there and is not to be replaced
 */
export async function clearOrphan(dataDir: string, replaceRunning: boolean): Promise<void> {
  const server = await runningServer(dataDir);
  if (server !== null) {
    if (!replaceRunning)
      throw new EmbeddedPostgresError(`Another Postgres (process ${server.pid}) already runs on ${dataDir}.`);
    await stopServer(server.pid, dataDir);
  }
  await rm(lockFileOf(dataDir), { force: true });
}

/** The server that runs on a data folder; null when none does. */
export async function runningServer(dataDir: string): Promise<{ pid: number; port: number } | null> {
  // the server removes its lock file when it ends, which may be now
  const lock = await readFile(lockFileOf(dataDir), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  // process, folder, time of its start, port
  const [pid, , , port] = lock.split('\n').map(Number);
  if (pid === undefined || !(pid > 0) || !(await isServerOf(pid, dataDir))) return null;
  return { pid, port: port ?? 0 };
}

const lockFileOf = (dataDir: string): string => join(dataDir, 'postmaster.pid');

/** Whether a process is a live Postgres on this folder: the system gives process ids out again. */
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

/** SIGINT: Postgres ends open connections, writes a checkpoint and exits. */
async function stopServer(pid: number, dataDir: string): Promise<void> {
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (await isServerOf(pid, dataDir)) {
    if (performance.now() > deadline)
      throw new EmbeddedPostgresError(
        `The Postgres left over from an earlier run (process ${pid}) does not stop.`,
      );
    await delay(POLL_MS);
  }
}
