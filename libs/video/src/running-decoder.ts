import { releaseArray } from '@loci/tensors';
import { quotesMetadata, type Tap } from './ffmpeg.js';
import { changesShape } from './first-picture.js';
import { cutShort, transportFault } from './messages.js';
import { sharedBytes } from './frames.js';
import { runOnSource, type SourceRun } from './run-on-source.js';
import { shownPicture } from './sampling.js';

/** A decoder that nobody reads from closes after this time, in ms. */
const IDLE_MS = 10_000;

/** Whether a line says that the source could not be read to its end. */
const endsEarly = (line: string): boolean => (transportFault(line) ?? cutShort(line)) !== undefined;

interface Read {
  start: number;
  end: number;
  into: Uint8Array | undefined;
  resolve: (frames: Uint8Array | null) => void;
}

export interface RunningDecoderStart {
  source: string;
  /** The first frame that it gives. */
  first: number;
  /** The frame after the last one that it gives; without it, all of the clip. */
  last?: number;
  /** Which further lines of ffmpeg's end it. */
  fails?: (line: string) => boolean;
  frameBytes: number;
  /** As for runFfmpeg. */
  timeLimitMs: number;
  /** ffmpeg's arguments for all frames from `first` on, with a report of each. */
  args: SourceRun['args'];
}

/**
 * One ffmpeg process that decodes a clip from a frame on and returns ranges of frames as they are asked for.
 * Between the ranges a full pipe blocks it. A frame is returned only after ffmpeg has reported its index.
 *
 * Anything unusual ends the decoder: a missing frame, a fault of the source, pictures of a new size, frames
 * asked for beyond the clip's end. The range is then decoded on its own.
 */
export class RunningDecoder {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  readonly #reads = new Set<Read>();
  readonly #frameBytes: number;
  /** Frames received; the last may be incomplete. #first is the index of the first. */
  readonly #frames: Uint8Array[] = [];
  #first: number;
  /** Buffers of frames that nobody needs any more. */
  readonly #free: Uint8Array[] = [];
  /** Bytes of the last frame that have been received. */
  #filled: number;
  /** The frame after the last one that ffmpeg has reported. */
  #reported: number;
  /** The frame after the last one that was asked for. */
  #asked: number;
  /** Length of the longest range asked for. So many frames are kept behind, and decoded ahead in a run. */
  #longest = 0;
  /** The frame after the last one of the run. */
  #runEnd = 0;
  /** Whether a run went on where the one before had ended: likely the next one will, and is decoded ahead. */
  #goesOn = false;
  /** Whether ffmpeg came to the clip's end: what it gave is there, and no more will come. */
  #exhausted = false;
  #output: Tap | undefined;
  #idle: NodeJS.Timeout | undefined;
  #over = false;
  readonly #last: number;
  readonly #fails: (line: string) => boolean;

  constructor({
    source,
    first,
    last = Infinity,
    fails = () => false,
    frameBytes,
    timeLimitMs,
    args,
  }: RunningDecoderStart) {
    this.#last = last;
    this.#fails = fails;
    this.#first = this.#reported = this.#asked = first;
    this.#frameBytes = this.#filled = frameBytes;
    this.#ended = this.#run(source, args, timeLimitMs).catch((error: unknown) => {
      this.#end();
      throw error;
    });
    // the decode of the range on its own meets the same fault and reports it
    this.#ended.catch(() => undefined);
  }

  get over(): boolean {
    return this.#over;
  }
  get idle(): boolean {
    return this.#reads.size === 0;
  }
  /** Whether all of its run has been asked for and returned. */
  get runEnded(): boolean {
    return this.idle && this.#asked >= this.#runEnd;
  }

  /**
   * Whether a range from `start` on continues what was asked for, or begins at most `skipped` frames later,
   * and its first frame is not gone, nor its last one beyond what this gives.
   */
  reaches({ start, end }: { start: number; end: number }, skipped: number): boolean {
    return !this.#over && this.#first <= start && start <= this.#asked + skipped && end <= this.#last;
  }

  /**
   * Frames [start, end) of a range that it reaches. Null when it cannot return them, for whatever reason; the
   * process has ended then.
   * @param range `runEnd`: up to there, other ranges are to follow; `into`: where its frames are written
   */
  async read(
    {
      start,
      end,
      runEnd,
      into,
    }: { start: number; end: number; runEnd: number; into?: Uint8Array | undefined },
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | null> {
    if (signal?.aborted) return null;
    const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
    const onAbort = (): void => this.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    clearTimeout(this.#idle);
    this.#goesOn ||= this.#runEnd > 0 && this.#runEnd < runEnd;
    this.#runEnd = Math.max(this.#runEnd, runEnd);
    this.#asked = Math.max(this.#asked, end);
    this.#longest = Math.max(this.#longest, end - start);
    this.#reads.add({ start, end, into, resolve });
    this.#serve();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (this.#over) await this.#ended.catch(() => undefined);
    }
  }

  /** Ends the process; pending reads get null. */
  close(): void {
    this.#stop.abort();
    this.#end();
  }

  async #run(source: string, args: SourceRun['args'], timeLimitMs: number): Promise<void> {
    const { status } = await runOnSource(source, {
      args,
      timeLimitMs,
      signal: this.#stop.signal,
      onStart: (output) => {
        this.#output = output;
        this.#serve();
      },
      onOutput: (data) => this.#receive(data),
      onLine: (line) => this.#readLine(line),
    });
    this.#exhausted = status === 0;
    if (this.#exhausted) this.#serve();
    else this.#end();
  }

  /** False ends the process, because the next frames could be other than the expected ones. */
  #readLine(line: string): boolean {
    // a new size may need what this process cannot do: the decode of the range on its own knows
    if (!quotesMetadata(line) && (endsEarly(line) || changesShape(line) || this.#fails(line))) return false;
    const shown = shownPicture(line);
    if (shown === undefined) return true;
    if (shown.ticks !== this.#reported) return false;
    this.#reported += 1;
    this.#serve();
    return true;
  }

  #receive(data: Uint8Array): boolean {
    for (let rest = data; rest.length > 0;) {
      if (this.#filled === this.#frameBytes) {
        this.#frames.push(this.#free.pop() ?? new Uint8Array(this.#frameBytes));
        this.#filled = 0;
      }
      const bytes = rest.subarray(0, this.#frameBytes - this.#filled);
      this.#frames.at(-1)?.set(bytes, this.#filled);
      this.#filled += bytes.length;
      rest = rest.subarray(bytes.length);
    }
    releaseArray(data);
    this.#serve();
    return true;
  }

  /** Returns complete ranges, drops old frames, and lets ffmpeg run only as far as frames are wanted. */
  #serve(): void {
    const received = this.#first + this.#frames.length - (this.#filled === this.#frameBytes ? 0 : 1);
    const complete = Math.min(received, this.#reported);
    for (const read of this.#reads) {
      if (read.end > complete) continue;
      this.#reads.delete(read);
      read.resolve(this.#joined(read));
    }
    const kept = Math.min(
      this.#asked - this.#longest,
      received,
      ...[...this.#reads].map(({ start }) => start),
    );
    if (kept > this.#first) this.#free.push(...this.#frames.splice(0, kept - this.#first));
    this.#first = Math.max(this.#first, kept);
    const ahead = this.#asked + this.#longest;
    const wanted = Math.max(this.#asked, this.#goesOn ? ahead : Math.min(ahead, this.#runEnd));
    if (received < wanted) this.#output?.resume();
    else this.#output?.pause();
    clearTimeout(this.#idle);
    if (this.#exhausted && this.#reads.size > 0) this.#end();
    if (this.idle && !this.#over) this.#idle = setTimeout(() => this.close(), IDLE_MS);
  }

  #joined({ start, end, into }: Read): Uint8Array {
    const joined = into ?? sharedBytes((end - start) * this.#frameBytes);
    this.#frames
      .slice(start - this.#first, end - this.#first)
      .forEach((frame, index) => joined.set(frame, index * this.#frameBytes));
    return joined;
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#idle);
    for (const { resolve } of this.#reads) resolve(null);
    this.#reads.clear();
    this.#frames.length = this.#free.length = 0;
    // a killed process counts as closed only when its pipe has been read to the end
    this.#output?.resume();
  }
}
