import { describe, expect, it } from 'vitest';
import { KeptFeatures } from '../src/chunk/kept-features.js';

describe('kept features', () => {
  it('are given once, of the chunk that they are of', () => {
    const kept = new KeptFeatures();
    const features = Uint8Array.of(1, 2);
    kept.keep('mem_a', 1, features);
    expect(kept.take('mem_a', 11)).toBeUndefined();
    expect(kept.take('mem_b', 1)).toBeUndefined();
    expect(kept.take('mem_a', 1)).toBe(features);
    expect(kept.take('mem_a', 1)).toBeUndefined();
  });

  it('are those of the last four chunks', () => {
    const kept = new KeptFeatures();
    for (let chunk = 0; chunk < 5; chunk += 1) kept.keep('mem_a', chunk, Uint8Array.of(chunk));
    expect([0, 1, 2, 3, 4].map((chunk) => kept.take('mem_a', chunk)?.[0])).toEqual([undefined, 1, 2, 3, 4]);
  });
});
