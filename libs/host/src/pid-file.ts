import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from './command-error.js';

/** How long a process may take to end after each signal. */
const END_LIMIT_MS = 30_000;
const POLL_MS = 50;

/** Records the id of a process that this run has started. */
export const writePidFile = (file: string, pid: number): Promise<void> => writeFile(file, `${pid}\n`);

/**
 * The live process that a pid file records.
 * @param marks texts that its command line must hold: the system gives process ids out again
 * @returns null when there is no file, no such process, or only another program's
 */
export async function findRecordedProcess(file: string, marks: readonly string[]): Promise<number | null> {
  const pid = Number(await readFile(file, 'utf8').catch(emptyWhenMissing));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  const line = await commandLine(pid);
  return line !== null && marks.every((mark) => line.includes(mark)) ? pid : null;
}

/**
 * Stops the orphan of an earlier, killed run (SIGTERM, then SIGKILL), and removes its pid file.
 * @returns whether there was an orphan
 * @throws CommandError when it does not end, even when killed
 */
export async function stopOrphan(file: string, marks: readonly string[]): Promise<boolean> {
  const pid = await findRecordedProcess(file, marks);
  for (const signal of pid === null ? [] : (['SIGTERM', 'SIGKILL'] as const)) {
    if ((await findRecordedProcess(file, marks)) === null) break;
    process.kill(Number(pid), signal);
    const deadline = performance.now() + END_LIMIT_MS;
    while (performance.now() < deadline && (await findRecordedProcess(file, marks)) !== null)
      await delay(POLL_MS);
  }
  if ((await findRecordedProcess(file, marks)) !== null)
    throw new CommandError(`Process ${String(pid)}, left over from an earlier run, does not end.`);
  await rm(file, { force: true });
  return pid !== null;
}

/** A process's program and arguments; null when there is no such process. */
async function commandLine(pid: number): Promise<string | null> {
  if (platform() === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(emptyWhenMissing);
    return text === '' ? null : text.replaceAll('\0', ' ');
  }
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    // ps ends with 1 when there is no such process
    return null;
  }
}

/** ESRCH: the process ended while its command line was read. */
function emptyWhenMissing(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ESRCH') return '';
  throw error;
}
