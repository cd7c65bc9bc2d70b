import { describe, expect, it } from 'vitest';
import { placeOf } from '../src/video/timeline-layout.js';

describe('a moment on the timeline', () => {
  it('lies between its ends, whatever the second', () => {
    expect([placeOf(-1, 10), placeOf(2.5, 10), placeOf(11, 10), placeOf(3, 0)]).toEqual([0, 25, 100, 0]);
  });
});
