const DISCARDED = 0x4;

/** What the packets of one track tell: how many pictures, and the time over which they are shown. */
export class TrackPackets {
  /** Pictures that are shown; an edit list may hide others. */
  count = 0;
  /** Pictures that have encryption information. */
  encrypted = 0;
  readonly #tickSeconds: number;
  #firstPts = Infinity;
  #lastPts = -Infinity;
  #lastDuration = 0;

  constructor(tick: { numerator: number; denominator: number }) {
    this.#tickSeconds = tick.numerator / tick.denominator;
  }

  add({ pts, duration, encrypted }: { pts: number; duration: number; encrypted: boolean }): void {
    this.count += 1;
    if (encrypted) this.encrypted += 1;
    this.#firstPts = Math.min(this.#firstPts, pts);
    if (pts >= this.#lastPts) {
      this.#lastPts = pts;
      this.#lastDuration = duration;
    }
  }

  /** The first picture's presentation time in seconds, on the container's clock; 0 before it. */
  firstS(): number {
    return this.count === 0 ? 0 : this.#firstPts * this.#tickSeconds;
  }

  /** From the first picture to the end of the last, in seconds; 0 before the first picture. */
  seconds(): number {
    if (this.count === 0) return 0;
    const span = this.#lastPts - this.#firstPts;
    // a last picture without a duration gets the average of those before it; a single picture gets 1/25 s
    const average = span > 0 ? span / (this.count - 1) : 1 / this.#tickSeconds / 25;
    return (span + (this.#lastDuration > 0 ? this.#lastDuration : average)) * this.#tickSeconds;
  }
}

/**
 * Reads ffmpeg's `framecrc` listing as it comes in, track by track. A line describes one packet: track, dts,
 * pts, duration, size, checksum, flags, side data.
 */
export class PacketTable {
  /** The tracks that were opened, by their place in the listing. */
  readonly tracks = new Map<number, TrackPackets>();
  #rest = '';

  push(data: Buffer): void {
    const lines = (this.#rest + data.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  end(): void {
    if (this.#rest !== '') this.#read(this.#rest);
    this.#rest = '';
  }

  /** The longest track's seconds. */
  seconds(): number {
    return Math.max(0, ...[...this.tracks.values()].map((track) => track.seconds()));
  }

  #read(line: string): void {
    if (line.startsWith('#')) {
      const [track, numerator, denominator] = (/^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? [])
        .slice(1)
        .map(Number);
      if (track !== undefined && numerator !== undefined && denominator !== undefined)
        this.tracks.set(track, new TrackPackets({ numerator, denominator }));
      return;
    }
    const columns = line.split(',').map((column) => column.trim());
    const flags = columns.find((column) => column.startsWith('F='));
    if (flags !== undefined && (Number(flags.slice(2)) & DISCARDED) !== 0) return;
    const [track = NaN, , pts = NaN, duration = NaN] = columns.slice(0, 4).map(Number);
    if (!Number.isFinite(pts) || !Number.isFinite(duration)) return;
    this.tracks
      .get(track)
      ?.add({ pts, duration, encrypted: columns.some((column) => column.startsWith('S=')) });
  }
}
