import type { StoredPicture } from '@loci/contracts';
import { readFromPool } from './decoder-pool.js';
import { DecodeError, DecodeTimeoutError, SourceUnreachableError } from './errors.js';
import type { FfmpegOutcome } from './ffmpeg.js';
import { Frames } from './frames.js';
import { reasonIn } from './messages.js';
import { changesShape, FirstPictureReport, pictureFrom, type FirstPicture } from './first-picture.js';
import { firstPictureOf } from './first-pictures.js';
import {
  frameArguments,
  firstPictureArguments,
  matrixArguments,
  pictureArguments,
  type Range,
  type Sampling,
} from './sampling.js';
import { orientationIn } from './orientation.js';
import { runOnSource, type SourceRun } from './run-on-source.js';
import { isFault, isScanned, scanSkips } from './scan.js';
import { sourceName } from './source.js';

export interface DecodeOptions extends Sampling {
  /** First sampled frame, and the one after the last: frames [start, end). */
  start: number;
  end: number;
  /**
   * How much processor time ffmpeg may use until its next output, and how long it may stand still: in
   * milliseconds, 120,000 by default.
   */
  timeLimitMs?: number;
  /** The longest time between two pictures at which decoding can begin, in seconds, where it is known. */
  entryIntervalS?: number | undefined;
  /** The SHA-256 of the clip's bytes. With it, calls share what they learn about the clip. */
  identity?: string;
  /** The clip's first picture, where it was kept when the clip was prepared. */
  firstPicture?: StoredPicture | undefined;
  /**
   * The frame after the last one of a run: calls for what follows the range, up to there, are to come. They
   * share a running decoder.
   */
  runEnd?: number;
  /** Where the frames are written, as many bytes as they have; else into memory that threads can share. */
  into?: Uint8Array;
}

const TIME_LIMIT_MS = 120_000;

/**
 * Decodes the sampled frames [start, end) of a clip. Frame i is the picture shown at i / fps seconds after
 * the first picture's presentation time: the last picture whose time is not later. After the end it is the
 * last picture. Of key pictures alone, all others are taken not to be there, and before the first that one is
 * shown. Frames [a, b) equal that slice of a decode of the whole clip, bit for bit.
 * @param source a file path, or an http(s) URL
 * @returns RGB, uint8 [end − start, height, width, 3]
 * @throws DecodeError when the clip cannot be decoded
 * @throws DecodeTimeoutError, SourceUnreachableError, AbortedError: another try may help
 */
export async function decodeFrames(
  source: string,
  options: DecodeOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { start, end, fps, height, width, identity, refreshS, runEnd, into } = options;
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end))
    throw new RangeError(`frames [${start}, ${end}) are no range of frames`);
  if (!(fps > 0 && height > 0 && width > 0)) throw new RangeError('fps, height and width must be positive');
  if (into !== undefined && into.length !== (end - start) * height * width * 3)
    throw new RangeError(`${into.length} bytes are not those of ${end - start} frames`);
  const clip = new Clip(source, { timeLimitMs: TIME_LIMIT_MS, ...options }, signal);
  // how exact a refresh is, its encoder knows: a range of such a clip always begins at the same place
  if (identity !== undefined && runEnd !== undefined && refreshS === undefined) {
    const range = { ...clip.options, identity, runEnd };
    const frames = await readFromPool(source, range, await clip.firstPicture(), signal);
    if (frames !== null) return frames;
  }
  return decodeRange(clip);
}

/** Decodes one range with processes of its own. */
async function decodeRange(clip: Clip): Promise<Uint8Array> {
  const { start, end, height, width, into } = clip.options;
  const wanted = new Frames(end - start, height * width * 3, into);
  if (start > 0) {
    // seek to the key picture before `start`; a missing frame shows that the seek led too far
    await clip.decode(wanted, { seek: true });
    if (wanted.complete) return wanted.bytes;
    wanted.clear();
  }
  // decode from the clip's beginning, which is always right: the seek led too far, or the container promises
  // more pictures than it has
  await clip.decode(wanted, { seek: false });
  if (!wanted.complete && clip.options.keyPictures === true)
    throw new DecodeError('The clip shows no key picture.');
  if (!wanted.complete) wanted.pad(await clip.lastPicture());
  return wanted.bytes;
}

/** The decodes of one call. */
class Clip {
  #first: Promise<FirstPicture> | undefined;
  constructor(
    readonly source: string,
    readonly options: DecodeOptions & { timeLimitMs: number },
    readonly signal: AbortSignal | undefined,
  ) {}

  firstPicture(): Promise<FirstPicture> {
    const { firstPicture } = this.options;
    this.#first ??=
      firstPicture === undefined
        ? firstPictureOf(this.options, () => this.#decodeFirst())
        : Promise.resolve(pictureFrom(firstPicture));
    return this.#first;
  }

  async #decodeFirst(): Promise<FirstPicture> {
    const report = new FirstPictureReport();
    const outcome = await this.#run({
      args: (input) => firstPictureArguments(input, this.options),
      onLine: (line) => {
        report.push(line);
        return true;
      },
    });
    const { picture } = report;
    if (picture === undefined) throw this.#failure(outcome);
    return picture.orientation === null ? { ...picture, orientation: await this.#orientation() } : picture;
  }

  async #orientation(): Promise<string[] | null> {
    const written: Buffer[] = [];
    await this.#run({
      args: (input) => matrixArguments(input, this.options),
      onOutput: (data) => written.push(data) > 0,
    });
    return orientationIn(Buffer.concat(written));
  }

  /**
   * Decodes the range into `frames`, after a seek or from the clip's beginning. What can be left out is left
   * out, where that goes without a fault.
   */
  async decode(frames: Frames, { seek }: { seek: boolean }): Promise<void> {
    const { start, end, timeLimitMs } = this.options;
    const first = await this.firstPicture();
    const range = { start, end, seek };
    const limits = { timeLimitMs, signal: this.signal };
    // a second decode, of all from the clip's beginning, is to be right whatever the first one met
    const isSecond = !seek && start > 0;
    const skips =
      isSecond || !isScanned(first, this.options)
        ? null
        : await scanSkips(this.source, this.options, first, range, limits);
    if (skips !== null && (await this.#decodeNeeded(frames, first, { ...range, skips }))) return;
    frames.clear();
    const shape = { changed: false };
    const outcome = await this.#run({
      args: (input) => frameArguments(input, this.options, first, range),
      onOutput: (data) => frames.push(data),
      onLine: (line) => {
        shape.changed ||= changesShape(line);
        return !(first.orientation === null && shape.changed);
      },
    });
    if (first.orientation === null && shape.changed)
      throw new DecodeError('The pictures are turned by a slant, and their size changes half-way.');
    if (frames.count === 0 && !seek && outcome.status !== 0) throw this.#failure(outcome);
  }

  /** Whether all frames came, and the decoder found no fault. */
  async #decodeNeeded(frames: Frames, first: FirstPicture, range: Range): Promise<boolean> {
    const found = { fault: false };
    await this.#run({
      args: (input) => frameArguments(input, this.options, first, range),
      onOutput: (data) => frames.push(data),
      onLine: (line) => !(found.fault ||= isFault(line)),
    });
    return !found.fault && frames.complete;
  }

  /** The clip's last picture, fitted. Decodes to the end and keeps one picture. */
  async lastPicture(): Promise<Uint8Array> {
    const { height, width } = this.options;
    const last = new Frames(1, height * width * 3);
    const first = await this.firstPicture();
    const outcome = await this.#run({
      args: (input) => pictureArguments(input, this.options, first),
      onOutput: (data) => last.pushOver(data),
    });
    if (last.count === 0) throw this.#failure(outcome);
    return last.bytes;
  }

  async #run(run: Pick<SourceRun, 'args' | 'onOutput' | 'onLine'>): Promise<FfmpegOutcome> {
    const outcome = await runOnSource(this.source, {
      ...run,
      timeLimitMs: this.options.timeLimitMs,
      signal: this.signal,
    });
    // what did not see the whole object must not say where the clip ends
    const fault = outcome.transportFault ?? outcome.cutShort;
    if (fault !== undefined)
      throw new SourceUnreachableError(`${sourceName(this.source)} cannot be read: ${fault}`);
    if (outcome.timedOut !== undefined) throw new DecodeTimeoutError('The clip took too long to decode.');
    return outcome;
  }

  #failure(outcome: FfmpegOutcome): DecodeError {
    return new DecodeError(`No picture could be decoded: ${reasonIn(outcome.lastLines)}`);
  }
}
