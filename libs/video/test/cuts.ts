import { frameCount } from '@loci/pipeline';
import fc from 'fast-check';
import { expect } from 'vitest';
import { decodeFrames, probeVideo } from '../src/index.js';
import { allPictures } from './clips.js';

const HEIGHT = 24;
const WIDTH = 32;
const FRAME = HEIGHT * WIDTH * 3;
const fitting = { height: HEIGHT, width: WIDTH, fit: 'crop' } as const;
const limits = { maxSeconds: 600, maxPixels: 4_000_000 };

/** Where a frame differs, as frame numbers: easier to read than pictures. */
const differing = (actual: Uint8Array, expected: Uint8Array): number[] =>
  Array.from({ length: Math.max(actual.length, expected.length) / FRAME }, (_, frame) => frame).filter(
    (frame) =>
      Buffer.compare(
        actual.subarray(frame * FRAME, (frame + 1) * FRAME),
        expected.subarray(frame * FRAME, (frame + 1) * FRAME),
      ) !== 0,
  );

/** Samples a clip whole, compares it with all of its pictures, then with itself in random cuts. */
export async function checkCuts(clip: string, fps: number, { keyPictures = false } = {}): Promise<void> {
  const all = await allPictures(clip, HEIGHT, WIDTH);
  const kept = (_: unknown, index: number): boolean => !keyPictures || all.keys.has(all.ticks[index]!);
  const [times, pictures] = [all.times.filter(kept), all.pictures.filter(kept)];
  const probe = await probeVideo(clip, limits);
  const frames = frameCount(probe.duration_s, fps);
  const expected = Buffer.concat(
    Array.from(
      { length: frames },
      (_, i) =>
        pictures[
          Math.max(
            0,
            times.findLastIndex((time) => time <= i / fps + 1e-9),
          )
        ]!,
    ),
  );
  const sampling = { ...fitting, fps, keyPictures };
  const whole = await decodeFrames(clip, { ...sampling, start: 0, end: frames });
  expect(differing(whole, expected)).toEqual([]);

  const range = fc
    .tuple(fc.nat(frames - 1), fc.nat(frames - 1))
    .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) + 1 }));
  await fc.assert(
    fc.asyncProperty(range, async ({ start, end }) => {
      const slice = await decodeFrames(clip, { ...sampling, start, end, runEnd: frames, identity: clip });
      expect(differing(slice, whole.subarray(start * FRAME, end * FRAME))).toEqual([]);
    }),
    { numRuns: 5, examples: [[{ start: frames - 1, end: frames }]] },
  );
}
