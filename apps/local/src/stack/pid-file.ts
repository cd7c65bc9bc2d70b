import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '@loci/host';

const TERM_LIMIT_MS = 30_000;

/** Writes the number of a process that we run. */
export const writePid = (file: string, pid: number): Promise<void> => writeFile(file, `${pid}\n`);

/** The live process that a pid file names, if its command line holds all of `marks`: numbers are used again. */
export async function processIn(file: string, marks: string[]): Promise<number | null> {
  const pid = Number(await readFile(file, 'utf8').catch((error: unknown) => missing(error)));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  const line = await commandLine(pid);
  return line !== null && marks.every((mark) => line.includes(mark)) ? pid : null;
}

/**
 * Stops a process that an earlier, killed run left behind, and removes its pid file.
 * @throws CommandError when it does not end, even when killed
 */
export async function stopLeftover(file: string, marks: string[]): Promise<boolean> {
  const pid = await processIn(file, marks);
  for (const signal of pid === null ? [] : (['SIGTERM', 'SIGKILL'] as const)) {
    process.kill(Number(pid), signal);
    const deadline = Date.now() + TERM_LIMIT_MS;
    while (Date.now() < deadline && (await processIn(file, marks)) !== null) await delay(50);
  }
  if ((await processIn(file, marks)) !== null)
    throw new CommandError(`Process ${String(pid)}, left over from an earlier run, does not end.`);
  await rm(file, { force: true });
  return pid !== null;
}

/** With its arguments; null when there is no such process. */
async function commandLine(pid: number): Promise<string | null> {
  if (platform() === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch((error: unknown) => missing(error));
    return text === '' ? null : text.replaceAll('\0', ' ');
  }
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    // ps ends with 1 when there is no such process
    return null;
  }
}

/** An empty text for a file that is not there; a process that ends while it is read counts as gone. */
function missing(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ESRCH') return '';
  throw error;
}
