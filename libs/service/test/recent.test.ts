import { describe, expect, it } from 'vitest';
import { Recent, RecentWork } from '../src/index.js';

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

describe('work that was done a moment ago', () => {
  it('is shared by who asks meanwhile, and kept', async () => {
    const results = new RecentWork<number>(2);
    let done = 0;
    const work = () => Promise.resolve(++done);
    expect(await Promise.all([results.get('a', work), results.get('a', work)])).toEqual([1, 1]);
    expect(await results.get('a', work)).toBe(1);
    expect(await results.get('b', work)).toBe(2);
  });

  it('is done again where it failed, or its result is not final', async () => {
    const results = new RecentWork<number>(2, (result) => result > 1);
    let done = 0;
    const work = () => Promise.resolve(++done);
    await expect(results.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect([await results.get('a', work), await results.get('a', work)]).toEqual([1, 2]);
    expect(await results.get('a', work)).toBe(2);
  });
});
