const DISCARDED = 0x4;

/**
 * Reads ffmpeg's `framecrc` listing as it comes in, and keeps the number of pictures and the time over which
 * they are shown. A line describes one packet: stream, dts, pts, duration, size, checksum, flags.
 */
export class PacketTable {
  /** Pictures that are shown; an edit list may hide others. */
  count = 0;
  /** Whether a video track was opened at all. */
  opened = false;
  #rest = '';
  #tick: { numerator: number; denominator: number } | undefined;
  #firstPts = Infinity;
  #lastPts = -Infinity;
  #lastDuration = 0;

  push(data: Buffer): void {
    const lines = (this.#rest + data.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  end(): void {
    if (this.#rest !== '') this.#read(this.#rest);
    this.#rest = '';
  }

  /** From the first picture to the end of the last, in seconds; 0 before the first picture. */
  seconds(): number {
    if (this.count === 0 || this.#tick === undefined) return 0;
    const span = this.#lastPts - this.#firstPts;
    // a last picture without a duration gets the average of those before it; a single picture gets 1/25 s
    const average = span > 0 ? span / (this.count - 1) : this.#tick.denominator / this.#tick.numerator / 25;
    const last = this.#lastDuration > 0 ? this.#lastDuration : average;
    return ((span + last) * this.#tick.numerator) / this.#tick.denominator;
  }

  #read(line: string): void {
    if (line.startsWith('#')) {
      const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
      if (base !== null) {
        this.#tick = { numerator: Number(base[1]), denominator: Number(base[2]) };
        this.opened = true;
      }
      return;
    }
    const columns = line.split(',').map((column) => column.trim());
    const flags = columns.find((column) => column.startsWith('F='));
    if (flags !== undefined && (Number(flags.slice(2)) & DISCARDED) !== 0) return;
    const pts = Number(columns[2]);
    const duration = Number(columns[3]);
    if (!Number.isFinite(pts) || !Number.isFinite(duration)) return;
    this.count += 1;
    this.#firstPts = Math.min(this.#firstPts, pts);
    if (pts >= this.#lastPts) {
      this.#lastPts = pts;
      this.#lastDuration = duration;
    }
  }
}
