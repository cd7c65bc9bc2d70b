import { expect, it } from 'vitest';
import { Playhead } from '../src/video/playhead.js';

it('says a moment to a tenth of a second, and none after the end of the video', () => {
  const playhead = new Playhead();
  const moments = [0, 4.6, 30.06, 2.3].map((seconds) => {
    playhead.seek(seconds);
    return playhead.moment;
  });
  expect(moments).toEqual([0, 4.6, 30, 2.3]);
});
