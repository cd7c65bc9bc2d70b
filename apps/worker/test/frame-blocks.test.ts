import { describe, expect, it } from 'vitest';
import { FrameBlocks } from '../src/chunk/frame-blocks.js';

describe('blocks of frames', () => {
  it('are used again, where they have the size that is asked for', () => {
    const blocks = new FrameBlocks();
    const [first, second] = [blocks.take(12), blocks.take(12)];
    expect(second).not.toBe(first);
    blocks.give(first);
    expect(blocks.take(24)).toHaveLength(24);
    expect(blocks.take(12)).toBe(first);
    expect(blocks.take(12)).not.toBe(first);
  });

  it('are shared memory, and no more than three wait to be used again', () => {
    const blocks = new FrameBlocks();
    const taken = [1, 2, 3, 4].map(() => blocks.take(12));
    expect(taken.every(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
    for (const block of taken) blocks.give(block);
    expect([1, 2, 3, 4].map(() => taken.indexOf(blocks.take(12)))).toEqual([1, 2, 3, -1]);
  });
});
