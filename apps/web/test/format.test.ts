import { describe, expect, it } from 'vitest';
import { bytes, clock } from '../src/service/format.js';
import { Speedometer } from '../src/service/upload.js';

describe('what a person reads', () => {
  it('is a time as a player shows it', () => {
    expect([0, 28.4, 725, 3723].map(clock)).toEqual(['0:00', '0:28', '12:05', '1:02:03']);
  });

  it('is a size in the largest unit that fits', () => {
    expect([0, 999, 1_000, 2_742_209, 4e9, 4e12].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '2.7 MB',
      '4.0 GB',
      '4000 GB',
    ]);
  });

  it('is the speed of the last moments', () => {
    const speedometer = new Speedometer();
    expect(speedometer.measure(0, 0)).toBeNull();
    expect(speedometer.measure(1_000, 500)).toBe(500);
    // what came long before does not count
    expect(speedometer.measure(10_000, 10_000)).toBeNull();
    expect(speedometer.measure(11_000, 40_000)).toBe(30_000);
  });
});
