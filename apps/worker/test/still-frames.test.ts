import type { Sizes } from '@loci/contracts';
import { seeded } from '@loci/harness';
import fc from 'fast-check';
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

  it('differs in no cell by more than 2.5 steps on average, of any picture in any grid', () => {
    const sizes = fc.record({
      ...{ height: fc.integer({ min: 4, max: 12 }), width: fc.integer({ min: 4, max: 12 }) },
      grid: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    });
    const steps = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, steps, (size, shifts) => {
        const { height, width, grid } = size;
        const bytes = height * width * 3;
        const [first, second] = [new Uint8Array(bytes), new Uint8Array(bytes)];
        for (let index = 0; index < bytes; index += 1) {
          first[index] = 100 + 10 * (index % 3);
          second[index] = 100 + 10 * (index % 3) + (shifts[index % shifts.length] ?? 0);
        }
        const both = new Uint8Array([...first, ...second]);
        const { repeats, still } = findStillFrames(both, 2, { ...nano, ...size });
        expect(repeats[1]).toBe(
          staysWithin(second, (index) => first[index] ?? 0, height, width, grid) ? 1 : 0,
        );
        const mean = [0, 1, 2].map(
          (channel) =>
            (3 * second.reduce((sum, value, i) => sum + (i % 3 === channel ? value : 0), 0)) / bytes,
        );
        const blank = staysWithin(second, (index) => mean[index % 3] ?? 0, height, width, grid);
        expect(still[1]).toBe(repeats[1] === 1 || blank ? 1 : 0);
      }),
    );
  });
});

/** The same by the definition: the mean difference of each cell, pixel by pixel. */
function staysWithin(
  picture: Uint8Array,
  valueAt: (index: number) => number,
  height: number,
  width: number,
  [rows, columns]: Sizes['grid'],
): boolean {
  const sums = new Map<string, number>();
  picture.forEach((value, index) => {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    // the row of cells whose lines are [floor(row · height / rows), floor((row + 1) · height / rows))
    const row = [...Array(rows).keys()].findLast((r) => Math.floor((r * height) / rows) <= y) ?? 0;
    const cell = `${row} ${Math.floor((x * columns) / width)}`;
    sums.set(cell, (sums.get(cell) ?? 0) + Math.abs(value - valueAt(index)));
  });
  return [...sums].every(([cell, sum]) => {
    const row = Number(cell.split(' ')[0]);
    const lines = Math.floor(((row + 1) * height) / rows) - Math.floor((row * height) / rows);
    return sum <= 2.5 * ((3 * lines * width) / columns);
  });
}
