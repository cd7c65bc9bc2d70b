import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ffmpegPath } from '@loci/video';
import { CommandError } from './command-error.js';
import { killOnParentExit } from './kill-on-parent-exit.js';

/**
 * Runs ffmpeg to its end; it writes over what stands in the way, and is killed when this process is.
 * @param args inputs, filters and the file to write
 * @throws CommandError with the last thing that it said
 */
export async function ffmpeg(...args: string[]): Promise<void> {
  const running = promisify(execFile)(ffmpegPath(), ['-nostdin', '-v', 'error', '-y', ...args], {
    maxBuffer: 2 ** 26,
  });
  const letGo =
    running.child.pid === undefined ? () => Promise.resolve() : killOnParentExit(running.child.pid, 'KILL');
  try {
    await running;
  } catch (cause) {
    const said =
      cause instanceof Error && 'stderr' in cause
        ? String(cause.stderr).trim().split('\n').at(-1)
        : undefined;
    throw new CommandError(
      `ffmpeg could not make ${args.at(-1) ?? ''}: ${said === undefined || said === '' ? String(cause) : said}`,
      { cause },
    );
  } finally {
    await letGo();
  }
}
