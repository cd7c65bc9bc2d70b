import { runFfmpeg, type Tap } from './ffmpeg.js';
import { transportFault } from './messages.js';
import { setsUpFilters, shownPicture } from './sampling.js';

/** A decoder from which nobody reads for so long ends, in ms. */
const IDLE_MS = 10_000;

interface Read {
  start: number;
  end: number;
  settle: (frames: Uint8Array | null) => void;
}

export interface RunningDecoderStart {
  /** The first frame that it gives. */
  first: number;
  frameBytes: number;
  /** ffmpeg's arguments for all frames from `first` on, each of them told of. */
  args: () => Promise<string[]>;
}

/**
 * One ffmpeg process that decodes a clip from some frame on and gives out ranges of frames, as far as they are asked for: between
 * the ranges it stands still, blocked by a full pipe. No frame is given out before ffmpeg has told that it is the one
 * that it should be. What is out of the ordinary (a frame missing, a fault of the source, pictures that change their size, the
 * clip's end) only ends it: the range is then decoded by itself.
 */
export class RunningDecoder {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  readonly #reads = new Set<Read>();
  readonly #frameBytes: number;
  /** Frames that have come, whole but for the last one; #first is the number of the first of them. */
  readonly #frames: Uint8Array[] = [];
  #first: number;
  /** How much of the last frame has come. */
  #filled: number;
  /** The frame after the last one of which ffmpeg has told. */
  #told: number;
  /** The frame after the last one that was asked for. */
  #asked: number;
  /** The longest range that was asked for: so many frames are kept behind, and, once ranges follow each other, decoded ahead. */
  #longest = 0;
  #followed = false;
  #graphs = 0;
  #output: Tap | undefined;
  #idle: NodeJS.Timeout | undefined;
  #over = false;

  constructor({ first, frameBytes, args }: RunningDecoderStart) {
    this.#first = this.#told = this.#asked = first;
    this.#frameBytes = this.#filled = frameBytes;
    this.#ended = this.#run(args).finally(() => this.#end());
    // whatever ended it shows again, with its reason, where the range is decoded by itself
    this.#ended.catch(() => undefined);
  }

  get over(): boolean {
    return this.#over;
  }
  get idle(): boolean {
    return this.#reads.size === 0;
  }

  /** Whether a range from `start` on follows what was asked for without a gap, and begins with a frame that is still there. */
  reaches(start: number): boolean {
    return !this.#over && this.#first <= start && start <= this.#asked;
  }

  /**
   * Frames [start, end), of a range that it reaches; null when it cannot give them, for whatever reason: the process
   * is gone by then.
   */
  async read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array | null> {
    if (signal.aborted) return null;
    const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
    const onAbort = (): void => this.close();
    signal.addEventListener('abort', onAbort, { once: true });
    clearTimeout(this.#idle);
    this.#followed ||= this.#longest > 0;
    this.#asked = Math.max(this.#asked, end);
    this.#longest = Math.max(this.#longest, end - start);
    this.#reads.add({ start, end, settle: resolve });
    this.#serve();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (this.#over) await this.#ended.catch(() => undefined);
    }
  }

  /** Ends the process; what is being read of it gets null. */
  close(): void {
    this.#stop.abort();
    this.#end();
  }

  async #run(args: () => Promise<string[]>): Promise<void> {
    await runFfmpeg({
      args: await args(),
      signal: this.#stop.signal,
      onStart: (output) => {
        this.#output = output;
        this.#serve();
      },
      onOutput: (piece) => this.#take(piece),
      onLine: (line) => this.#hear(line),
    });
  }

  /** False ends the process: what comes next could be other frames than those that are due. */
  #hear(line: string): boolean {
    if (setsUpFilters(line)) this.#graphs += 1;
    // indented lines tell of the clip, in words of whoever made it
    if (this.#graphs > 1 || (!line.startsWith(' ') && transportFault([line]) !== undefined)) return false;
    const shown = shownPicture(line);
    if (shown === undefined) return true;
    if (shown.ticks !== this.#told) return false;
    this.#told += 1;
    this.#serve();
    return true;
  }

  #take(piece: Uint8Array): boolean {
    for (let rest = piece; rest.length > 0;) {
      if (this.#filled === this.#frameBytes) {
        this.#frames.push(new Uint8Array(this.#frameBytes));
        this.#filled = 0;
      }
      const part = rest.subarray(0, this.#frameBytes - this.#filled);
      this.#frames.at(-1)?.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
    }
    this.#serve();
    return true;
  }

  /** Gives out what has come, forgets what is behind, and lets ffmpeg go on only as far as frames are wanted. */
  #serve(): void {
    const come = this.#first + this.#frames.length - (this.#filled === this.#frameBytes ? 0 : 1);
    const whole = Math.min(come, this.#told);
    for (const read of this.#reads) {
      if (read.end > whole) continue;
      this.#reads.delete(read);
      read.settle(this.#joined(read));
    }
    const kept = Math.min(this.#asked - this.#longest, come, ...[...this.#reads].map(({ start }) => start));
    if (kept > this.#first) this.#frames.splice(0, kept - this.#first);
    this.#first = Math.max(this.#first, kept);
    if (come < this.#asked + (this.#followed ? this.#longest : 0)) this.#output?.resume();
    else this.#output?.pause();
    clearTimeout(this.#idle);
    if (this.idle && !this.#over) this.#idle = setTimeout(() => this.close(), IDLE_MS);
  }

  #joined({ start, end }: Read): Uint8Array {
    const joined = new Uint8Array((end - start) * this.#frameBytes);
    this.#frames
      .slice(start - this.#first, end - this.#first)
      .forEach((frame, at) => joined.set(frame, at * this.#frameBytes));
    return joined;
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#idle);
    for (const { settle } of this.#reads) settle(null);
    this.#reads.clear();
    this.#frames.length = 0;
    // a process that was killed counts as closed only when its pipe is read to the end
    this.#output?.resume();
  }
}
