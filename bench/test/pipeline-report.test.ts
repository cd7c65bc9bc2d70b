import { describe, expect, it } from 'vitest';
import { describeSide, limitOf, speedRatio, type Measured } from '../src/pipeline/report.js';

const side = (name: string, seconds: readonly number[], cpu: Record<string, number>): Measured => ({
  name,
  rounds: seconds.map((taken) => ({ seconds: taken, cpu })),
});

describe('the report of the pipeline bench', () => {
  it('compares sides round by round, so that a round in which all were slow says nothing', () => {
    const service = side('service', [1, 10, 2], {});
    const script = side('script', [2, 20, 4], {});
    expect(speedRatio(service, script)).toBe(2);
  });

  it('limits the speed by the cores and by what decoding and the graphs cost', () => {
    const parts = [side('graphs', [1], { graphs: 0.6 }), side('decoding', [1], { ffmpeg: 0.4 })];
    // 10 ms a frame over two cores
    expect(limitOf(parts, 100, 2)).toBeCloseTo(200);
  });

  it('says which program spends the time', () => {
    const line = describeSide(side('service', [2], { worker: 0.5, ffmpeg: 0.25 }), 100);
    expect(line).toMatch(/^service +50\.0 +7\.5 +worker 5\.0, ffmpeg 2\.5$/);
  });
});
