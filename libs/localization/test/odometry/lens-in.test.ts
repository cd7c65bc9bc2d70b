import { describe, expect, it } from 'vitest';
import { lensIn } from '../../src/odometry/keypoints.js';

describe('the lens of stretched pictures', () => {
  it('has its centre from the middle of the first pixel, and not from the edge of the picture', () => {
    const lens = { fx: 400, fy: 400, cx: 320, cy: 240, width: 640, height: 480 };
    expect(lensIn({ width: 512, height: 384 }, lens)).toEqual({ fx: 320, fy: 320, cx: 255.5, cy: 191.5 });
    // so of any size the middle stays the middle
    const small = lensIn({ width: 64, height: 64 }, { ...lens, width: 1, height: 1, cx: 0.5, cy: 0.5 });
    expect([small.cx, small.cy]).toEqual([31.5, 31.5]);
  });
});
