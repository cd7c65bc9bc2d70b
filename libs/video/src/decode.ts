import { DecodeError, SourceUnreachableError } from './errors.js';
import { runFfmpeg, type FfmpegOutcome } from './ffmpeg.js';
import { reasonIn, transportFault } from './messages.js';
import { inputArguments, sourceName } from './source.js';

export interface DecodeOptions {
  /** First sampled frame, and the one after the last: frames [start, end). */
  start: number;
  end: number;
  /** Sampled frames per second of the clip. */
  fps: number;
  /** Size of the frames that come out. */
  height: number;
  width: number;
  /** crop: scale to cover height × width keeping the shown aspect, then cut the middle out; stretch: scale both ways. */
  fit: 'crop' | 'stretch';
  /** How long it may take before the clip counts as undecodable; 120 s unless given. */
  timeLimitMs?: number;
  /** Names the clip's bytes for good (their SHA-256): what one call learns of them then serves the next. */
  identity?: string;
}

/** Seeking aims this much before the first frame wanted, seconds: it costs a few pictures and saves most second attempts. */
const SEEK_MARGIN_S = 0.5;

/**
 * Options of every run: one thread is the fastest for small pictures, `verbose` tells when the filters are set up, and a picture
 * that turns huge in the middle of a clip is not decoded.
 */
const COMMON = ['-loglevel', 'verbose', '-threads', '1', '-max_pixels', String(2 ** 26)];

/** The first picture's presentation time: in ticks, and a tick in seconds. */
interface Origin {
  ticks: number;
  tickSeconds: number;
}

/** Origins of clips by their identity, the ones used last: a clip's next chunk then costs one process and not two. */
const origins = new Map<string, Origin>();
const ORIGINS_KEPT = 1000;

/**
 * Sampled frames [start, end) of a clip. Sampled frame i is the picture being shown at i / fps seconds after the first picture's
 * presentation time (the last picture whose time is not later); past the last picture it is the last picture. The frames do
 * not depend on how a clip is cut into calls: those of [a, b) equal that slice of a decode of the whole clip, bit for bit.
 * @param source a file path, or an http(s) URL
 * @returns RGB, uint8 [end − start, height, width, 3]
 * @throws DecodeError when the clip cannot be decoded, SourceUnreachableError, AbortedError
 */
export async function decodeFrames(source: string, options: DecodeOptions, signal?: AbortSignal): Promise<Uint8Array> {
  const { start, end, fps, height, width } = options;
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end)) throw new RangeError(`frames [${start}, ${end}) are no range of frames`);
  if (!(fps > 0 && height > 0 && width > 0)) throw new RangeError('fps, height and width must be positive');
  const deadline = Date.now() + (options.timeLimitMs ?? 120_000);
  const clip = new Clip(source, options, deadline, signal);
  const wanted = new Frames(end - start, height * width * 3);

  if (start > 0) {
    // from the key picture before the first frame wanted; that it was one shows in that no frame is missing
    const origin = await clip.origin();
    await clip.decode(wanted, { origin, seek: true });
    if (wanted.complete) return wanted.bytes;
    wanted.clear();
  }
  // from the clip's beginning, which is always right: reached when seeking led too far, and where the container promises
  // more pictures than it has
  await clip.decode(wanted, { seek: false });
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
  async origin(): Promise<Origin> {
    const { identity } = this.options;
    if (identity === undefined) return this.#decodeOrigin();
    const origin = origins.get(identity) ?? (await this.#decodeOrigin());
    // the one used last stands last, and the first leaves
    origins.delete(identity);
    origins.set(identity, origin);
    if (origins.size > ORIGINS_KEPT) origins.delete(origins.keys().next().value ?? '');
    return origin;
  }

  /** Decodes the first picture to learn its time. */
  async #decodeOrigin(): Promise<Origin> {
    let tickSeconds: number | undefined;
    let ticks: number | undefined;
    const outcome = await this.#run({
      args: [...COMMON, '-copyts', ...inputArguments(this.source), '-map', '0:V:0', '-frames:v', '1', '-vf', 'showinfo', '-f', 'null', '-'],
      onLine: (line) => {
        const base = /^\[Parsed_showinfo.* config in time_base: (\d+)\/(\d+)/.exec(line);
        if (base !== null) tickSeconds ??= Number(base[1]) / Number(base[2]);
        const first = /^\[Parsed_showinfo.* n: *0 pts: *(-?\d+) /.exec(line);
        if (first !== null) ticks ??= Number(first[1]);
        return true;
      },
    });
    if (ticks === undefined || tickSeconds === undefined) throw this.#failure(outcome);
    return { ticks, tickSeconds };
  }

  /** Decodes the wanted frames into `frames`; fewer come when the clip ends before, or when seeking led past the first of them. */
  async decode(frames: Frames, { origin, seek }: { origin?: Origin; seek: boolean }): Promise<void> {
    const { start, end, fps } = this.options;
    const from = origin !== undefined && seek ? origin.ticks * origin.tickSeconds + start / fps - SEEK_MARGIN_S : undefined;
    const outcome = await this.#run({
      args: [
        ...[...COMMON, '-copyts'],
        // the times are the container's own, and the pictures from the key picture on are kept: one of them is shown at `start`
        ...(from === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', from.toFixed(6)]),
        ...inputArguments(this.source),
        ...['-map', '0:V:0', '-frames:v', String(end - start)],
        ...['-vf', [...(from === undefined ? [] : [FROM_KEY_PICTURE]), this.#sampling(origin), ...this.#fitting()].join(',')],
        ...['-r', String(fps), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
      ],
      onOutput: (piece) => frames.push(piece),
    });
    if (frames.count === 0 && !seek && outcome.status !== 0) throw this.#failure(outcome);
  }

  /** The clip's last picture, fitted. Decodes to the end, keeping one picture. */
  async lastPicture(): Promise<Uint8Array> {
    const { height, width } = this.options;
    const last = new Frames(1, height * width * 3);
    const outcome = await this.#run({
      args: [
        ...[...COMMON, ...inputArguments(this.source), '-map', '0:V:0'],
        ...['-vf', [...this.#fitting(), 'setpts=N/25/TB'].join(','), '-r', '25', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
      ],
      onOutput: (piece) => last.pushOver(piece),
    });
    if (last.count === 0) throw this.#failure(outcome);
    return last.bytes;
  }

  /**
   * Filters that turn pictures with times into sampled frames [start, end). `fps` with round=up puts a picture of time t onto the
   * grid at ceil(t·fps) and shows it until the next: grid point i gets the last picture with t ≤ i/fps.
   */
  #sampling(origin: Origin | undefined): string {
    const { start, end, fps } = this.options;
    return [
      `setpts=PTS-${origin === undefined ? 'STARTPTS' : String(origin.ticks)}`,
      `fps=fps=${fps}:round=up`,
      `trim=start_pts=${start}:end_pts=${end}`,
      // counted anew from 0 at the rate that the writer is told, so that it neither doubles nor drops a frame
      'setpts=N',
    ].join(',');
  }

  /** Filters that bring a picture to height × width: the middle is cut out of the original, then scaled by area averaging. */
  #fitting(): string[] {
    const { height, width, fit } = this.options;
    const crop = `crop=w='max(1,min(iw,round(ih*${width}/${height}/sar)))':h='max(1,min(ih,round(iw*sar*${height}/${width})))':exact=1`;
    // without SIMD shortcuts, so that every machine gets the same bits
    const scale = `scale=w=${width}:h=${height}:flags=area+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact`;
    return [...(fit === 'crop' ? [crop] : []), scale, 'format=rgb24'];
  }

  async #run(run: { args: string[]; onOutput?: (piece: Buffer) => boolean; onLine?: (line: string) => boolean }): Promise<FfmpegOutcome> {
    let graphs = 0;
    const onLine = (line: string): boolean => {
      if (/^\[graph \d+ input from stream .*\] w:\d+ h:\d+ /.test(line)) graphs += 1;
      return run.onLine?.(line) ?? true;
    };
    const outcome = await runFfmpeg({ ...run, onLine, timeLimitMs: Math.max(1, this.deadline - Date.now()), signal: this.signal });
    const fault = transportFault(outcome.lastLines);
    if (fault !== undefined) throw new SourceUnreachableError(`${sourceName(this.source)} cannot be read: ${fault}`);
    if (outcome.timedOut) throw new DecodeError('The clip took too long to decode.');
    // ffmpeg then starts its filters anew, and with them the count of sampled frames: better none than wrong ones
    if (graphs > 1) throw new DecodeError('The size or format of the pictures changes in the middle of the clip.');
    return outcome;
  }

  #failure(outcome: FfmpegOutcome): DecodeError {
    return new DecodeError(`No picture could be decoded: ${reasonIn(outcome.lastLines)}`);
  }
}

/** Drops what comes before the first whole key picture: after a seek into an open group those may lack what they refer to. */
const FROM_KEY_PICTURE = "select='gte(selected_n,1)+key*eq(pict_type,I)'";

/** A fixed number of frames, filled byte by byte as they arrive. */
class Frames {
  readonly bytes: Uint8Array;
  #filled = 0;

  constructor(
    readonly frames: number,
    readonly frameBytes: number,
  ) {
    this.bytes = new Uint8Array(frames * frameBytes);
  }

  /** Whole frames that have arrived. */
  get count(): number {
    return Math.floor(this.#filled / this.frameBytes);
  }
  get complete(): boolean {
    return this.#filled === this.bytes.length;
  }
  clear(): void {
    this.#filled = 0;
  }

  /** Takes bytes; false when all frames are there and no more are wanted. */
  push(piece: Uint8Array): boolean {
    const taken = piece.subarray(0, this.bytes.length - this.#filled);
    this.bytes.set(taken, this.#filled);
    this.#filled += taken.length;
    return !this.complete;
  }

  /** Takes bytes for ever; the last frames that arrived are those kept. */
  pushOver(piece: Uint8Array): boolean {
    for (let rest = piece; rest.length > 0; ) {
      const room = this.bytes.length - this.#offset;
      this.bytes.set(rest.subarray(0, room), this.#offset);
      this.#filled += Math.min(room, rest.length);
      rest = rest.subarray(room);
    }
    return true;
  }
  get #offset(): number {
    return this.#filled % this.bytes.length;
  }

  /** Fills what is missing with one picture. */
  pad(picture: Uint8Array): void {
    for (let frame = this.count; frame < this.frames; frame += 1) this.bytes.set(picture, frame * this.frameBytes);
    this.#filled = this.bytes.length;
  }
}
