import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastLike, MemoryClock, stillStretches, type StillStretch } from '../src/index.js';

const FPS = 2;
const SLOWS = { slows: { exact_s: 180, spread_s: 52 } };
const EXACT = { slows: null };

/** Which of some frames are still. */
const anyStill = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 400 });
const anyScale = fc.constantFrom(EXACT, SLOWS);
const clockOf = (still: readonly StillStretch[], scale: typeof EXACT | typeof SLOWS | null = EXACT) =>
  new MemoryClock({ fps: FPS, scale, still });

describe('the clock of a memory', () => {
  it('shows the seconds of a video that always moves', () => {
    const clock = clockOf([]);
    for (const frame of [0, 1, 55, 7199]) {
      expect(clock.atFrame(frame)).toBe(frame / FPS);
      expect(clock.videoS(frame / FPS)).toBe(frame / FPS);
    }
    expect(clock.at(12.3)).toBeCloseTo(12.3, 9);
  });

  it('begins with the first picture that shows anything, and stops while the picture stands still', () => {
    // a black lead up to frame 40, and a pause after frame 72
    const clock = clockOf([
      [0, 40],
      [73, 1873],
    ]);
    expect([0, 39, 40, 41, 72, 73, 1872, 1873].map((frame) => clock.atFrame(frame))).toEqual([
      0, 0, 0, 0.5, 16, 16, 16, 16.5,
    ]);
    expect(clock.videoS(0)).toBe(20);
    expect(clock.videoS(16)).toBe(36);
    expect(clock.videoS(16.5)).toBe(936.5);
  });

  it('shows of the video with stretches cut out the same as of the video without them', () => {
    fc.assert(
      fc.property(anyStill, anyScale, (still, scale) => {
        const clock = clockOf(stillStretches(still, 0), scale);
        const moving = [...still.keys()].filter((frame) => still[frame] === 0);
        expect(moving.map((frame) => clock.atFrame(frame))).toEqual(
          moving.map((_, place) => clockOf([], scale).atFrame(place)),
        );
      }),
    );
  });

  it('leads back from every frame that moves, however slowly it runs', () => {
    fc.assert(
      fc.property(anyStill, anyScale, (still, scale) => {
        const long = [...still, ...Array.from({ length: 7200 }, () => 0)];
        const clock = clockOf(stillStretches(long, 0), scale);
        for (let frame = 0; frame < long.length; frame += 97)
          if (long[frame] === 0) expect(clock.videoS(clock.atFrame(frame))).toBeCloseTo(frame / FPS, 4);
      }),
      { numRuns: 30 },
    );
  });

  it('never runs backwards, also between frames', () => {
    fc.assert(
      fc.property(anyStill, anyScale, fc.tuple(fc.nat(300), fc.nat(300)), (still, scale, [a, b]) => {
        const clock = clockOf(stillStretches(still, 0), scale);
        expect(clock.at(Math.min(a, b) / 1.5)).toBeLessThanOrEqual(clock.at(Math.max(a, b) / 1.5));
      }),
    );
  });

  it('counts the video’s seconds where the memory is from before memories had clocks', () => {
    const clock = clockOf([[0, 40]], null);
    expect(clock.atFrame(30)).toBe(15);
    expect(clock.videoS(15)).toBe(15);
  });
});

describe('still stretches', () => {
  it('are runs of still frames, by their places in the video', () => {
    expect(stillStretches([1, 1, 0, 1, 0, 0, 1], 28)).toEqual([
      [28, 30],
      [31, 32],
      [34, 35],
    ]);
  });

  it('go on with the picture of the frame before them, also through several chunks', () => {
    const still = [
      [5, 28],
      [28, 60],
      [70, 72],
    ] as const;
    expect([3, 4, 60, 69, 80].map((frame) => lastLike(frame, still))).toEqual([3, 59, 60, 71, 80]);
  });
});
