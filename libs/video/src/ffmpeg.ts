import { spawn, type ChildProcess } from 'node:child_process';
import { AbortedError } from '@loci/contracts';
import { ffmpegPath } from './binary.js';
import { FfmpegKilledError, FfmpegMissingError } from './errors.js';
import { watchProgress, type Overtime } from './time-limit.js';
import { cutShort, transportFault } from './messages.js';

export interface FfmpegRun {
  /** Arguments after the common ones (quiet banner, no stdin). */
  args: string[];
  /**
   * Without output for so much processor time, or standing still for so long, the process is killed and the
   * outcome says so. Milliseconds.
   */
  timeLimitMs: number;
  signal?: AbortSignal | undefined;
  /** A file that the process gets as its descriptor 3. */
  file?: number;
  /** Receives the control of stdout. A process whose output is paused blocks. */
  onStart?: (output: Tap) => void;
  /** Receives stdout as it comes; false ends the process. */
  onOutput?: (data: Buffer) => boolean;
  /** Receives stderr line by line; false ends the process. */
  onLine?: (line: string) => boolean;
}

/** Controls whether the output of a process flows. */
export interface Tap {
  pause(): unknown;
  resume(): unknown;
}

export interface FfmpegOutcome {
  /** Exit status; null when the process was killed: by the time limit, a callback or a signal. */
  status: number | null;
  timedOut: Overtime | undefined;
  /** The first report of a source that could not be read. */
  transportFault: string | undefined;
  /** The first report of a source that ended before what its container promises. */
  cutShort: string | undefined;
  /** The last lines of stderr, without those that quote the clip's metadata. */
  lastLines: string[];
}

const KEPT_LINES = 40;
const LONGEST_LINE = 4096;

/**
 * Runs one ffmpeg process, without a shell, and returns when it has ended. It buffers only the last lines of
 * stderr.
 * @throws AbortedError when the signal aborts, after the process has ended
 * @throws FfmpegMissingError when the binary does not start
 * @throws FfmpegKilledError when somebody else ended the process
 */
export async function runFfmpeg({
  args,
  timeLimitMs,
  signal,
  file,
  onStart,
  onOutput,
  onLine,
}: FfmpegRun): Promise<FfmpegOutcome> {
  if (signal?.aborted) throw new AbortedError('decoding was told to stop');
  const binary = ffmpegPath();
  const child = spawn(binary, ['-hide_banner', '-nostdin', ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(file === undefined ? [] : [file])],
    windowsHide: true,
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('ffmpeg has no pipes');
  let timedOut: Overtime | undefined;
  let callbackError: Error | undefined;
  const kill = (): void => void child.kill('SIGKILL');
  const onTime = (overtime: Overtime): void => {
    timedOut = overtime;
    kill();
  };
  signal?.addEventListener('abort', kill, { once: true });

  // a callback that throws or returns false ends the process; what is left in the pipe is dropped
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
  const faults: Pick<FfmpegOutcome, 'transportFault' | 'cutShort'> = {
    transportFault: undefined,
    cutShort: undefined,
  };
  const lines = lineSplitter((line) => {
    if (!quotesMetadata(line)) {
      keepLine(lastLines, line);
      faults.transportFault ??= transportFault(line);
      faults.cutShort ??= cutShort(line);
    }
    if (onLine !== undefined) offer(() => onLine(line));
  });
  let moved = false;
  stdout.on('data', (data: Buffer) => {
    moved = true;
    if (onOutput !== undefined) offer(() => onOutput(data));
  });
  stderr.setEncoding('utf8').on('data', lines.push);
  onStart?.(stdout);
  const stopWatch = watchProgress(child.pid, timeLimitMs, {
    moved: () => moved && !(moved = false),
    waits: () => stdout.isPaused(),
    onTime,
  });

  try {
    const status = await exitStatus(child, binary);
    lines.end();
    if (callbackError !== undefined) throw callbackError;
    if (signal?.aborted) throw new AbortedError('decoding was told to stop');
    if (!child.killed && isFromOutside(child.signalCode))
      throw new FfmpegKilledError(`ffmpeg was ended by ${child.signalCode}`);
    return { status, timedOut, ...faults, lastLines };
  } finally {
    stopWatch();
    signal?.removeEventListener('abort', kill);
  }
}

/** Whether a line quotes the clip's metadata, which its author controls: such lines are indented. */
export const quotesMetadata = (line: string): boolean => line.startsWith(' ');

function keepLine(lastLines: string[], line: string): void {
  lastLines.push(line);
  if (lastLines.length > KEPT_LINES) lastLines.shift();
}

/** Whether an operator ended a process, or the system, which lacked memory; else it was its own fault. */
const isFromOutside = (signal: NodeJS.Signals | null): signal is 'SIGKILL' | 'SIGTERM' =>
  signal === 'SIGKILL' || signal === 'SIGTERM';

/**
 * Waits for a process and its output to end.
 * @returns its exit status; null when it was killed
 * @throws FfmpegMissingError when it does not start
 */
function exitStatus(child: ChildProcess, binary: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new FfmpegMissingError(`ffmpeg does not start (${binary})`, { cause: error })),
    );
    child.once('close', resolve);
  });
}

/**
 * Splits a stream of text into lines; ffmpeg ends progress lines with a carriage return alone. Truncates long
 * lines.
 */
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
