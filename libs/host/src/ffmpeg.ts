import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ffmpegPath } from '@loci/video';
import { CommandError } from './command-error.js';
import { killOnParentExit } from './kill-on-parent-exit.js';

/** Overwrite existing files, read nothing from the terminal, print errors only. */
const OPTIONS = ['-nostdin', '-v', 'error', '-y'];
const MAX_OUTPUT_BYTES = 2 ** 26;

/**
 * Runs ffmpeg to its end. It overwrites existing files, and is killed when this process ends.
 * @param args inputs, filters and, last, the file to write
 * @throws CommandError with the last line that ffmpeg printed
 */
export async function ffmpeg(...args: string[]): Promise<void> {
  const running = promisify(execFile)(ffmpegPath(), [...OPTIONS, ...args], { maxBuffer: MAX_OUTPUT_BYTES });
  const { pid } = running.child;
  const release = pid === undefined ? undefined : killOnParentExit(pid, 'KILL');
  try {
    await running;
  } catch (cause) {
    throw new CommandError(`ffmpeg could not make ${args.at(-1) ?? ''}: ${lastLine(cause)}`, { cause });
  } finally {
    await release?.();
  }
}

/** The last line of a failed program's standard error; the error itself where there is none. */
function lastLine(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return output === '' ? String(error) : (output.split('\n').at(-1) ?? '');
}
