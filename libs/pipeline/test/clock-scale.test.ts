import { describe, expect, it } from 'vitest';
import { clockScale } from '../src/index.js';

const RANGE = { exact_s: 180, last_s: 390 };

describe('how the clock of a memory runs', () => {
  it('is exact where the model tells every second of the video, or says nothing of it', () => {
    expect(clockScale(RANGE, 390)).toEqual({ slows: null });
    expect(clockScale(undefined, 86_400)).toEqual({ slows: null });
  });

  it.each([391, 600, 3600, 86_400])('ends a video of %i s with the last second that the model tells', (s) => {
    const { slows } = clockScale(RANGE, s);
    expect(slows?.exact_s).toBe(180);
    const spread = slows?.spread_s ?? 0;
    expect(180 + spread * Math.log1p((s - 180) / spread)).toBeCloseTo(390, 6);
  });
});
