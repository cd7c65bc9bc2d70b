import { describe, expect, it } from 'vitest';
import { readCounts } from '../src/counts.js';

describe('how much a bench does', () => {
  it('is said by counts on the command line, and by nothing else', () => {
    const defaults = { seconds: 240, 'at-once': 3 };
    expect(readCounts(defaults, ['--at-once', '1'])).toEqual({ seconds: 240, 'at-once': 1 });
    for (const given of ['many', '0', '-1', '2.5', ''])
      expect(() => readCounts(defaults, [`--at-once=${given}`])).toThrow('--at-once must be a count.');
  });
});
