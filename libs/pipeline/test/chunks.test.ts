import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chunkCount,
  chunkOf,
  chunkPlan,
  chunkSizes,
  chunkSpan,
  chunksNeeded,
  firstStateS,
  frameCount,
  frameTime,
  type ChunkSizes,
  type SampledClip,
} from '../src/index.js';

const NANO: ChunkSizes = { framesPerChunk: 32, overlap: 4 };

const anySizes = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 39 }))
  .map(([framesPerChunk, overlap]): ChunkSizes => ({
    framesPerChunk,
    overlap: Math.min(overlap, framesPerChunk - 1),
  }));
const anyFrames = fc.integer({ min: 1, max: 600 });
const anyFps = fc.constantFrom(0.5, 1, 2, 3, 4, 7, 29.97);

describe('the chunk plan', () => {
  it('has every frame fresh in exactly one chunk, in order', () => {
    fc.assert(
      fc.property(anyFrames, anySizes, (frames, sizes) => {
        const fresh = chunkPlan(frames, sizes).flatMap(({ freshFrom, end }) =>
          Array.from({ length: end - freshFrom }, (_, i) => freshFrom + i),
        );
        expect(fresh).toEqual(Array.from({ length: frames }, (_, i) => i));
      }),
    );
  });

  it('tells of each frame in which chunk it is fresh', () => {
    fc.assert(
      fc.property(anyFrames, anySizes, (frames, sizes) => {
        for (const { index, freshFrom, end } of chunkPlan(frames, sizes))
          for (const frame of [freshFrom, end - 1]) expect(chunkOf(frame, sizes)).toBe(index);
      }),
    );
  });

  it('starts each chunk a fixed step after the last, so that the overlap stands in both', () => {
    fc.assert(
      fc.property(anyFrames, anySizes, (frames, sizes) => {
        const spans = chunkPlan(frames, sizes);
        const step = sizes.framesPerChunk - sizes.overlap;
        expect(spans.map(({ index, start }) => [index, start])).toEqual(spans.map((_, k) => [k, k * step]));
        expect(spans.map(({ freshFrom }) => freshFrom)).toEqual([
          0,
          ...spans.slice(0, -1).map(({ end }) => end),
        ]);
        expect(Math.max(...spans.map(({ start, end }) => end - start))).toBeLessThanOrEqual(
          sizes.framesPerChunk,
        );
        expect(spans.slice(1).every(({ start, freshFrom }) => freshFrom - start === sizes.overlap)).toBe(
          true,
        );
      }),
    );
  });

  it('fills every chunk but the last', () => {
    fc.assert(
      fc.property(anyFrames, anySizes, (frames, sizes) => {
        expect(
          chunkPlan(frames, sizes)
            .slice(0, -1)
            .every(({ start, end }) => end - start === sizes.framesPerChunk),
        ).toBe(true);
      }),
    );
  });

  it('cuts a walk of 65 seconds at 2 frames/s into five chunks', () => {
    expect(chunkPlan(frameCount(65, 2), NANO)).toEqual([
      { index: 0, start: 0, end: 32, freshFrom: 0 },
      { index: 1, start: 28, end: 60, freshFrom: 32 },
      { index: 2, start: 56, end: 88, freshFrom: 60 },
      { index: 3, start: 84, end: 116, freshFrom: 88 },
      { index: 4, start: 112, end: 130, freshFrom: 116 },
    ]);
  });

  it('refuses what cannot be cut', () => {
    expect(() => chunkPlan(0, NANO)).toThrow(RangeError);
    expect(() => chunkPlan(2.5, NANO)).toThrow(RangeError);
    expect(() => chunkPlan(9, { framesPerChunk: 4, overlap: 4 })).toThrow(RangeError);
    expect(() => chunkPlan(9, { framesPerChunk: 4, overlap: -1 })).toThrow(RangeError);
    expect(() => chunkSpan(5, 130, NANO)).toThrow(RangeError);
    expect(() => chunkSpan(-1, 130, NANO)).toThrow(RangeError);
  });

  it('reads its sizes from a manifest', () => {
    expect(chunkSizes({ frames_per_chunk: 32, overlap: 4 })).toEqual(NANO);
  });
});

describe('the frames of a clip', () => {
  it('are those whose time lies before its end, and at least one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5000, noNaN: true }), anyFps, (durationS, fps) => {
        const frames = frameCount(durationS, fps);
        expect(frames).toBeGreaterThanOrEqual(1);
        if (frames > 1) expect((frames - 1) / fps).toBeLessThan(durationS);
        expect(frames / fps).toBeGreaterThanOrEqual(durationS);
      }),
    );
  });

  it('do not include the one at the very end', () => {
    expect(frameCount(10, 2)).toBe(20);
    expect(frameCount(10.01, 2)).toBe(21);
    expect(frameCount(0, 2)).toBe(1);
    for (let i = 1; i < 2000; i += 1) expect(frameCount(i / 29.97, 29.97)).toBe(i);
  });

  it('cannot be counted for a clip without a length', () => {
    for (const durationS of [NaN, -1, Infinity, 1e300])
      expect(() => frameCount(durationS, 2)).toThrow(RangeError);
    for (const fps of [NaN, 0, -1, Infinity]) expect(() => frameCount(10, fps)).toThrow(RangeError);
  });
});

describe('asking as of a moment', () => {
  const anyStart = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true }));
  const anyClip = fc
    .tuple(anyFrames, anyFps, anyStart)
    .map(([frames, fps, startS]): SampledClip => ({ frames, fps, startS }));
  const anyMoment = fc.oneof(
    fc.double({ min: 0, max: 700, noNaN: true }),
    fc.nat({ max: 1400 }).map((half) => half / 2),
    fc.constant(1e308),
  );

  it('needs the chunks whose every frame was shown by then, and no other', () => {
    fc.assert(
      fc.property(anyMoment, anyClip, anySizes, (asOfS, clip, sizes) => {
        const whole = chunkPlan(clip.frames, sizes).filter(({ end }) => frameTime(end - 1, clip) <= asOfS);
        expect(chunksNeeded(asOfS, clip, sizes)).toBe(whole.length);
      }),
    );
  });

  it('begins where the first chunk ends', () => {
    fc.assert(
      fc.property(anyMoment, anyClip, anySizes, (asOfS, clip, sizes) => {
        expect(chunksNeeded(asOfS, clip, sizes) > 0).toBe(asOfS >= firstStateS(clip, sizes));
      }),
    );
  });

  it('means the whole clip when no moment is given', () => {
    expect(chunksNeeded(null, { frames: 130, fps: 2, startS: 0 }, NANO)).toBe(chunkCount(130, NANO));
  });

  it('refuses a moment that is none', () => {
    for (const moment of [NaN, -1])
      expect(() => chunksNeeded(moment, { frames: 130, fps: 2, startS: 0 }, NANO)).toThrow(RangeError);
  });
});
