import { MAX_STEP_S } from './timeline.js';

const KEY = 0x1;
const DISCARDED = 0x4;

/** A packet of a track; times in ticks. */
export interface Packet {
  dts: number;
  pts: number;
  duration: number;
  /** Whether decoding can begin at it. */
  isKey: boolean;
  encrypted: boolean;
}

/** A packet of a listing. */
export interface ListedPacket extends Packet {
  /** The place of its track in the listing. */
  place: number;
  /** Whether an edit list hides its picture. */
  isHidden: boolean;
}

/** What the packets of one track tell: how many pictures, and the time over which they are shown. */
export class TrackPackets {
  /** Pictures that are shown; an edit list may hide others. */
  count = 0;
  /** Pictures that an edit list hides. */
  hidden = 0;
  /** Pictures that have encryption information. */
  encrypted = 0;
  /** Whether times fall back. The listing lets none fall: it says the one before again. */
  falls = false;
  /** How much later than its decoding a picture may be shown, in ticks. */
  reordering = 0;
  /** When the last picture at which decoding can begin is shown, in seconds on the container's clock. */
  lastEntryS = 0;
  readonly tickSeconds: number;
  #firstPts = Infinity;
  #lastPts = -Infinity;
  #lastDuration = 0;
  #lastDts = -Infinity;
  /** How often each step between times of decoding was seen, in ticks. */
  readonly #steps = new Map<number, number>();
  #jumpedTicks = 0;
  #longestInterval = 0;

  constructor(tick: { numerator: number; denominator: number }) {
    this.tickSeconds = tick.numerator / tick.denominator;
  }

  add({ dts, pts, duration, isKey, encrypted }: Packet): void {
    this.count += 1;
    if (encrypted) this.encrypted += 1;
    if (this.count > 1) this.#step(dts - this.#lastDts);
    if (!this.falls) {
      this.#firstPts = Math.min(this.#firstPts, pts);
      this.reordering = Math.max(this.reordering, pts - dts);
    }
    this.#lastDts = dts;
    if (pts >= this.#lastPts) {
      this.#lastPts = pts;
      this.#lastDuration = duration;
    }
    if (!isKey && this.count > 1) return;
    const entryS = pts * this.tickSeconds;
    if (this.count > 1) this.#longestInterval = Math.max(this.#longestInterval, entryS - this.lastEntryS);
    this.lastEntryS = entryS;
  }

  #step(ticks: number): void {
    this.falls ||= ticks <= 0;
    if (ticks * this.tickSeconds > MAX_STEP_S) this.#jumpedTicks += ticks;
    if (ticks > 0) this.#steps.set(ticks, (this.#steps.get(ticks) ?? 0) + 1);
  }

  /** The first picture's presentation time in seconds, on the container's clock; 0 before it. */
  firstS(): number {
    return this.count === 0 ? 0 : this.#firstPts * this.tickSeconds;
  }

  /** From one picture to the next as a rule, in ticks: the median; 1/25 s of a track of one picture. */
  period(): number {
    let rest = [...this.#steps.values()].reduce((sum, count) => sum + count, 0) / 2;
    for (const [ticks, count] of [...this.#steps].sort(([a], [b]) => a - b))
      if ((rest -= count) <= 0) return ticks;
    return Math.max(1, Math.round(1 / this.tickSeconds / 25));
  }

  /** The longest time between two pictures at which decoding can begin, or from the last one to the end. */
  entryIntervalS(): number {
    return Math.max(this.#longestInterval, this.#lastPts * this.tickSeconds - this.lastEntryS);
  }

  /**
   * From the first picture to the end of the last, in seconds; 0 before the first picture.
   * @param closed whether jumps of the clock count as no time
   */
  seconds({ closed = false } = {}): number {
    if (this.count === 0) return 0;
    const span = this.#lastPts - this.#firstPts - (closed ? this.#jumpedTicks : 0);
    // a last picture without a duration gets the average of those before it; a single picture gets 1/25 s
    const average = span > 0 ? span / (this.count - 1) : 1 / this.tickSeconds / 25;
    return (span + (this.#lastDuration > 0 ? this.#lastDuration : average)) * this.tickSeconds;
  }
}

/**
 * Reads ffmpeg's `framecrc` listing as it comes in, track by track. A line describes one packet: track, dts,
 * pts, duration, size, checksum, flags, side data. A packet without flags is a key picture.
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

  /** The longest track's seconds; see TrackPackets. */
  seconds(options: { closed?: boolean } = {}): number {
    return Math.max(0, ...[...this.tracks.values()].map((track) => track.seconds(options)));
  }

  #read(line: string): void {
    const base = readTimeBase(line);
    if (base !== undefined) this.tracks.set(base.place, new TrackPackets(base));
    const listed = readPacket(line);
    const track = listed === undefined ? undefined : this.tracks.get(listed.place);
    if (listed === undefined || track === undefined) return;
    if (listed.isHidden) track.hidden += 1;
    else track.add(listed);
  }
}

function readTimeBase(line: string): { place: number; numerator: number; denominator: number } | undefined {
  const [place, numerator, denominator] = (/^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? []).slice(1).map(Number);
  if (place === undefined || numerator === undefined || denominator === undefined) return undefined;
  return { place, numerator, denominator };
}

/** A packet as a line of a listing describes it; undefined for any other line, and without times. */
export function readPacket(line: string): ListedPacket | undefined {
  if (line.startsWith('#')) return undefined;
  const columns = line.split(',').map((column) => column.trim());
  const [place = NaN, dts = NaN, pts = NaN, duration = NaN] = columns.slice(0, 4).map(Number);
  if (![place, dts, pts, duration].every(Number.isFinite)) return undefined;
  const flags = Number(columns.find((column) => column.startsWith('F='))?.slice(2) ?? KEY);
  const encrypted = columns.some((column) => column.startsWith('S='));
  const [isKey, isHidden] = [(flags & KEY) !== 0, (flags & DISCARDED) !== 0];
  return { place, dts, pts, duration, isKey, isHidden, encrypted };
}
