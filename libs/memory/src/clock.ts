import type { ClockScale } from '@loci/contracts';

/** Frames [first, end) of the video in which nothing moved. */
export type StillStretch = readonly [first: number, end: number];

/** What a clock depends on. */
export interface ClockInput {
  /** Sampled frames per second. */
  fps: number;
  /** Null of a memory from before memories had clocks: it counts the video's seconds. */
  scale: ClockScale | null;
  /** In the video's order; neighbours may touch. */
  still: readonly StillStretch[];
}

/** A share of a frame by which rounding may have missed it. */
const ROUNDING = 1e-6;

/**
 * The clock of a memory. Its graphs get times of this clock: seconds of what was seen, in which a picture
 * that stands still takes no time, and a long video's later seconds count less. Questions and answers are in
 * seconds of the video. The same stretches and scale give the same bits on every machine.
 */
export class MemoryClock {
  readonly #fps: number;
  readonly #slows: ClockScale['slows'];
  readonly #still: readonly StillStretch[];

  constructor({ fps, scale, still }: ClockInput) {
    this.#fps = fps;
    this.#slows = scale?.slows ?? null;
    this.#still = scale === null ? [] : still;
  }

  /** Seconds of moving pictures before a frame: 0 at the first that shows anything. */
  seenS(frame: number): number {
    const still = this.#still.reduce(
      (sum, [first, end]) => sum + Math.max(0, Math.min(frame + 1, end) - first),
      0,
    );
    return Math.max(0, frame - still) / this.#fps;
  }

  /** The clock at a frame. */
  atFrame(frame: number): number {
    return this.#slowed(this.seenS(frame));
  }

  /** The clock at a moment of the video. */
  at(videoS: number): number {
    const place = Math.max(0, videoS) * this.#fps;
    const frame = Math.floor(place);
    const [from, to] = [this.seenS(frame), this.seenS(frame + 1)];
    return this.#slowed(from + (to - from) * (place - frame));
  }

  /** The first moment of the video at which the clock shows so many seconds. */
  videoS(clockS: number): number {
    const seen = this.#unslowed(Math.max(0, clockS)) * this.#fps;
    const whole = Math.floor(seen + ROUNDING);
    let frame = whole;
    for (const [first, end] of this.#still) if (first <= frame) frame += end - first;
    return (frame + Math.max(0, seen - whole)) / this.#fps;
  }

  #slowed(seenS: number): number {
    if (this.#slows === null || seenS <= this.#slows.exact_s) return seenS;
    const { exact_s, spread_s } = this.#slows;
    return exact_s + spread_s * Math.log1p((seenS - exact_s) / spread_s);
  }

  #unslowed(clockS: number): number {
    if (this.#slows === null || clockS <= this.#slows.exact_s) return clockS;
    const { exact_s, spread_s } = this.#slows;
    return exact_s + spread_s * Math.expm1((clockS - exact_s) / spread_s);
  }
}

/** The last frame that shows the same picture as one that is not still itself. */
export function lastLike(frame: number, still: readonly StillStretch[]): number {
  let last = frame;
  // a stretch may be in parts, one of each chunk
  for (const [first, end] of still) if (first === last + 1) last = end - 1;
  return last;
}

/** Stretches of equal values 1 among frames, the first of which is `start`; neighbours are one stretch. */
export function stillStretches(still: ArrayLike<number>, start: number): StillStretch[] {
  const stretches: [number, number][] = [];
  for (let frame = 0; frame < still.length; frame += 1) {
    if (still[frame] !== 1) continue;
    const last = stretches.at(-1);
    if (last?.[1] === start + frame) last[1] += 1;
    else stretches.push([start + frame, start + frame + 1]);
  }
  return stretches;
}
