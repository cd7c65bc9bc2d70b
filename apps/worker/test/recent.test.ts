import { describe, expect, it } from 'vitest';
import { Recent } from '../src/chunk/recent.js';

describe('what is kept of recent values', () => {
  it('is forgotten in the order in which it was used', () => {
    const recent = new Recent<number>(2);
    recent.keep('a', 1);
    recent.keep('b', 2);
    expect(recent.get('a')).toBe(1);
    recent.keep('c', 3);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  });

  it('is gone once it was taken', () => {
    const recent = new Recent<number>(2);
    recent.keep('a', 1);
    expect([recent.take('a'), recent.take('a')]).toEqual([1, undefined]);
  });
});
