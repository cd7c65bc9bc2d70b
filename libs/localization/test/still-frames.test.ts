import { describe, expect, it } from 'vitest';
import { START } from '../src/localize-chunk.js';
import { FRAMES, FRESH, localize, roomChunk } from './chunks.js';
import { levelTurn } from './geometry.js';

describe('still frames', () => {
  const still = Uint8Array.from({ length: FRAMES }, (_, frame) => (frame > 9 && frame < 20 ? 1 : 0));

  it('are taken by nothing, and change no other frame of their chunk', () => {
    const moving = localize(roomChunk(), START);
    const pausing = localize({ ...roomChunk(), still }, START);
    expect(pausing.statuses).toEqual(Array.from(still, (isStill) => (isStill === 1 ? 'still' : 'localized')));
    expect(pausing.keyframes).toEqual(moving.keyframes.map((keyframe, i) => keyframe && still[i] === 0));
    expect(pausing.placedFrames).toEqual(moving.placedFrames);
  });

  it('of a blank picture are no landmarks', () => {
    const blank = { ...roomChunk(), still: new Uint8Array(FRAMES).fill(1) };
    expect(localize(blank, START).state.landmarks).toEqual([]);
  });

  it('are not pending where the camera is lost', () => {
    const known = localize(roomChunk(), START);
    const away = levelTurn(9, 0.4, 7);
    const lost = localize(
      { ...roomChunk({ boundary: 29, away, blankFrom: 29 }), still: still.map((_, i) => (i === 31 ? 1 : 0)) },
      known,
    );
    expect(lost.statuses.slice(28)).toEqual(['localized', 'pending', 'pending', 'still']);
    expect([...lost.state.pending.frames]).toEqual([FRESH + 29, FRESH + 30]);
  });
});
