import { describe, expect, it } from 'vitest';
import { releaseArray } from '../src/index.js';

describe('releasing an array', () => {
  it('empties it, and every other view of its memory', () => {
    const values = Float32Array.of(1, 2, 3);
    const view = values.subarray(1);
    releaseArray(values);
    expect([values.length, view.length, values.buffer.detached]).toEqual([0, 0, true]);
    expect(() => releaseArray(values)).not.toThrow();
  });

  it('leaves memory that is shared, or that it has a part of', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    const whole = Uint8Array.of(1, 2, 3);
    releaseArray(shared);
    releaseArray(whole.subarray(1));
    expect([shared.length, ...whole]).toEqual([4, 1, 2, 3]);
  });
});
