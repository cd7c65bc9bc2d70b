import { describe, expect, it } from 'vitest';
import { cellColors } from '../src/chunk/colors.js';
import { nano } from './builders.js';

describe('the colour of a token', () => {
  it('is the mean over its cell of the picture', () => {
    const {
      height,
      width,
      tokens,
      grid: [, columns],
    } = nano;
    const picture = new Uint8Array(2 * height * width * 3);
    const cell = width / columns;
    // second frame: columns of cells count up in red, and each cell is half dark, half light in blue
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        picture.set([Math.floor(x / cell), 7, x % 2 === 0 ? 0 : 200], ((height + y) * width + x) * 3);
    }
    const colors = cellColors(picture, 2, nano);
    expect(colors).toHaveLength(2 * tokens * 3);
    expect(colors.subarray(0, tokens * 3).every((value) => value === 0)).toBe(true);
    expect([...colors.subarray((tokens + columns + 3) * 3, (tokens + columns + 4) * 3)]).toEqual([3, 7, 100]);
  });
});
