import { continued } from './continued.js';
import { DecodeError, SourceUnreachableError } from './errors.js';
import { runFfmpeg, type FfmpegOutcome } from './ffmpeg.js';
import { Frames } from './frames.js';
import { reasonIn, transportFault } from './messages.js';
import { originOf } from './origins.js';
import {
  frameArguments,
  originArguments,
  pictureArguments,
  setsUpFilters,
  shownPicture,
  shownTick,
  type Origin,
  type Sampling,
} from './sampling.js';
import { sourceName } from './source.js';

export interface DecodeOptions extends Sampling {
  /** First sampled frame, and the one after the last: frames [start, end). */
  start: number;
  end: number;
  /** How long it may take before the clip counts as undecodable; 120 s unless given. */
  timeLimitMs?: number;
  /**
   * Names the clip's bytes for good (their SHA-256). What one call learns of them then serves the next, and calls for one
   * range after the other share a decoder that runs on.
   */
  identity?: string;
}

/**
 * Sampled frames [start, end) of a clip. Sampled frame i is the picture being shown at i / fps seconds after the first picture's
 * presentation time (the last picture whose time is not later); past the last picture it is the last picture. The frames do
 * not depend on how a clip is cut into calls: those of [a, b) equal that slice of a decode of the whole clip, bit for bit.
 * @param source a file path, or an http(s) URL
 * @returns RGB, uint8 [end − start, height, width, 3]
 * @throws DecodeError when the clip cannot be decoded, SourceUnreachableError, AbortedError
 */
export async function decodeFrames(
  source: string,
  options: DecodeOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { start, end, fps, height, width, identity } = options;
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end))
    throw new RangeError(`frames [${start}, ${end}) are no range of frames`);
  if (!(fps > 0 && height > 0 && width > 0)) throw new RangeError('fps, height and width must be positive');
  const limitMs = options.timeLimitMs ?? 120_000;
  const clip = new Clip(source, options, Date.now() + limitMs, signal);
  if (identity !== undefined) {
    const stop = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal === undefined ? [] : [signal])]);
    const frames = await continued(source, { ...options, identity }, () => clip.origin(), stop);
    if (frames !== null) return frames;
  }
  return decodeRange(clip);
}

/** Decodes one range by itself. */
async function decodeRange(clip: Clip): Promise<Uint8Array> {
  const { start, end, height, width } = clip.options;
  const wanted = new Frames(end - start, height * width * 3);
  if (start > 0) {
    // from the key picture before the first frame wanted; that it was one shows in that no frame is missing
    await clip.decode(wanted, await clip.origin());
    if (wanted.complete) return wanted.bytes;
    wanted.clear();
  }
  // from the clip's beginning, which is always right: reached when seeking led too far, and where the container promises
  // more pictures than it has
  await clip.decode(wanted);
  if (!wanted.complete) wanted.pad(await clip.lastPicture());
  return wanted.bytes;
}

/** The decodes of one call, under one time limit. */
class Clip {
  constructor(
    readonly source: string,
    readonly options: DecodeOptions,
    readonly deadline: number,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** The first picture's time. */
  origin(): Promise<Origin> {
    return originOf(this.options.identity, () => this.#decodeOrigin());
  }

  /** Decodes the first picture to learn its time. */
  async #decodeOrigin(): Promise<Origin> {
    let tickSeconds: number | undefined;
    let ticks: number | undefined;
    const outcome = await this.#run({
      args: originArguments(this.source),
      onLine: (line) => {
        tickSeconds ??= shownTick(line);
        ticks ??= shownPicture(line)?.ticks;
        return true;
      },
    });
    if (ticks === undefined || tickSeconds === undefined) throw this.#failure(outcome);
    return { ticks, tickSeconds };
  }

  /** Decodes the wanted frames into `frames`: sought when the clip's origin is given, else from its beginning. */
  async decode(frames: Frames, origin?: Origin): Promise<void> {
    const { start, end } = this.options;
    const outcome = await this.#run({
      args: frameArguments(this.source, this.options, { start, end, origin }),
      onOutput: (piece) => frames.push(piece),
    });
    if (frames.count === 0 && origin === undefined && outcome.status !== 0) throw this.#failure(outcome);
  }

  /** The clip's last picture, fitted. Decodes to the end, keeping one picture. */
  async lastPicture(): Promise<Uint8Array> {
    const { height, width } = this.options;
    const last = new Frames(1, height * width * 3);
    const outcome = await this.#run({
      args: pictureArguments(this.source, this.options),
      onOutput: (piece) => last.pushOver(piece),
    });
    if (last.count === 0) throw this.#failure(outcome);
    return last.bytes;
  }

  async #run(run: {
    args: string[];
    onOutput?: (piece: Buffer) => boolean;
    onLine?: (line: string) => boolean;
  }): Promise<FfmpegOutcome> {
    let graphs = 0;
    const onLine = (line: string): boolean => {
      if (setsUpFilters(line)) graphs += 1;
      return run.onLine?.(line) ?? true;
    };
    const outcome = await runFfmpeg({
      ...run,
      onLine,
      timeLimitMs: Math.max(1, this.deadline - Date.now()),
      signal: this.signal,
    });
    const fault = transportFault(outcome.lastLines);
    if (fault !== undefined)
      throw new SourceUnreachableError(`${sourceName(this.source)} cannot be read: ${fault}`);
    if (outcome.timedOut) throw new DecodeError('The clip took too long to decode.');
    // ffmpeg then starts its filters anew, and with them the count of sampled frames: better none than wrong ones
    if (graphs > 1)
      throw new DecodeError('The size or format of the pictures changes in the middle of the clip.');
    return outcome;
  }

  #failure(outcome: FfmpegOutcome): DecodeError {
    return new DecodeError(`No picture could be decoded: ${reasonIn(outcome.lastLines)}`);
  }
}
