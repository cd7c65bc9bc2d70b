import { seeded } from '@loci/harness';
import { describe, expect, it } from 'vitest';
import { findStillFrames, isOnePicture } from '../src/chunk/still-frames.js';
import { nano } from './builders.js';

const BYTES = nano.height * nano.width * 3;

/** A picture of something, from `shift` pixels to the right, with noise of so many steps. */
function scene(shift: number, { noise = 0, seed = 1 } = {}): Uint8Array {
  const next = seeded(seed);
  return Uint8Array.from({ length: BYTES }, (_, index) => {
    const x = (Math.floor(index / 3) % nano.width) + shift;
    return 128 + 80 * Math.sin(x / 6) + 2 * noise * (next() - 0.5);
  });
}

const plain = (value: number): Uint8Array => new Uint8Array(BYTES).fill(value);

function find(pictures: readonly Uint8Array[]) {
  const frames = new Uint8Array(pictures.length * BYTES);
  pictures.forEach((picture, index) => frames.set(picture, index * BYTES));
  const found = findStillFrames(frames, pictures.length, nano);
  return { repeats: [...found.repeats], still: [...found.still], onePicture: isOnePicture(found) };
}

describe('a still frame', () => {
  it('equals the one before but for the noise of a codec', () => {
    const noisy = [1, 2, 3].map((seed) => scene(0, { noise: 2, seed }));
    expect(find([...noisy, scene(4)])).toEqual({
      repeats: [0, 1, 1, 0],
      still: [0, 1, 1, 0],
      onePicture: false,
    });
    expect(find(noisy).onePicture).toBe(true);
  });

  it('is not one of a picture that moves slowly: that differs from the first in the end', () => {
    const slow = Array.from({ length: 12 }, (_, frame) => scene(frame / 8));
    expect(find(slow).onePicture).toBe(false);
    expect(find(slow).still).toContain(0);
  });

  it('is none where one cell changes', () => {
    const changed = scene(0);
    for (let y = 0; y < 16; y += 1) changed.fill(255, 3 * y * nano.width, 3 * (y * nano.width + 16));
    expect(find([scene(0), changed]).still).toEqual([0, 0]);
  });

  it('is of one colour, also before anything was seen; a fade repeats nothing', () => {
    expect(find([plain(0), plain(0), plain(90), scene(0), plain(90)])).toEqual({
      repeats: [0, 1, 0, 0, 0],
      still: [1, 1, 1, 0, 1],
      onePicture: false,
    });
  });
});
