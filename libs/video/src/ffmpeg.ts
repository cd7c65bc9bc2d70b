import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { AbortedError } from '@loci/contracts';
import { ffmpegPath } from './binary.js';
import { FfmpegMissingError } from './errors.js';

export interface FfmpegRun {
  /** Arguments after the common ones (quiet banner, no stdin). */
  args: string[];
  /** After this many milliseconds the process is killed, and the outcome says so; without it only the signal ends it early. */
  timeLimitMs?: number;
  signal?: AbortSignal | undefined;
  /** Gets what lets stdout flow and stops it; a process that nobody reads from stands still. */
  onStart?: (output: Tap) => void;
  /** Gets stdout piece by piece; returning false ends the process (enough was seen). */
  onOutput?: (piece: Buffer) => boolean;
  /** Gets stderr line by line; returning false ends the process. */
  onLine?: (line: string) => boolean;
}

/** Lets the output of a process flow, or stops it. */
export interface Tap {
  pause(): unknown;
  resume(): unknown;
}

export interface FfmpegOutcome {
  /** Exit status; null when it was killed (by the time limit, by a callback that had enough, or by a signal). */
  status: number | null;
  timedOut: boolean;
  /** The last lines of stderr that are ffmpeg's own words. */
  lastLines: string[];
}

const KEPT_LINES = 40;
const LONGEST_LINE = 4096;

/** Decoding runs ahead of the graphs, so it waits for them where cores are few, and not they for it. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    const ended =
      error instanceof Error && 'info' in error && (error.info as { code?: string }).code === 'ESRCH';
    if (!ended) throw error;
  }
}

/**
 * Runs one ffmpeg process to its end and never outlives it. Nothing is buffered but the last lines of stderr; there is no shell.
 * @throws AbortedError when the signal fires (the process is dead by then), FfmpegMissingError when there is no binary to start
 */
export async function runFfmpeg({
  args,
  timeLimitMs,
  signal,
  onStart,
  onOutput,
  onLine,
}: FfmpegRun): Promise<FfmpegOutcome> {
  if (signal?.aborted) throw new AbortedError('decoding was told to stop');
  const binary = ffmpegPath();
  const child = spawn(binary, ['-hide_banner', '-nostdin', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  giveWay(child.pid);
  let timedOut = false;
  let callbackError: Error | undefined;
  const kill = (): void => void child.kill('SIGKILL');
  const onTime = (): void => {
    timedOut = true;
    kill();
  };
  const timer = timeLimitMs === undefined ? undefined : setTimeout(onTime, timeLimitMs);
  signal?.addEventListener('abort', kill, { once: true });

  // a callback that throws or has enough ends the process; later pieces still in the pipe are dropped
  let listening = true;
  const offer = (take: () => boolean): void => {
    if (!listening) return;
    try {
      listening = take();
    } catch (error) {
      listening = false;
      callbackError = error instanceof Error ? error : new Error(String(error));
    }
    if (!listening) kill();
  };

  const lastLines: string[] = [];
  const lines = lineSplitter((line) => {
    // indented lines tell of the clip, in words of whoever made it (its title, say): nothing may be concluded from them
    if (!line.startsWith(' ')) lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    if (onLine !== undefined) offer(() => onLine(line));
  });
  child.stdout.on('data', (piece: Buffer) => {
    if (onOutput !== undefined) offer(() => onOutput(piece));
  });
  child.stderr.setEncoding('utf8').on('data', lines.push);
  onStart?.(child.stdout);

  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) =>
        reject(new FfmpegMissingError(`ffmpeg does not start (${binary})`, { cause: error })),
      );
      child.once('close', resolve);
    });
    lines.end();
    if (callbackError !== undefined) throw callbackError;
    if (signal?.aborted) throw new AbortedError('decoding was told to stop');
    return { status, timedOut, lastLines };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

/** Cuts a stream of text into lines; ffmpeg ends progress lines with a carriage return alone. Overlong lines are cut off. */
function lineSplitter(emit: (line: string) => void): { push: (text: string) => void; end: () => void } {
  let rest = '';
  return {
    push: (text) => {
      const lines = (rest + text).split(/\r?\n|\r/);
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      for (const line of lines) if (line !== '') emit(line.slice(0, LONGEST_LINE));
    },
    end: () => {
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}
