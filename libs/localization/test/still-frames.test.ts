import { describe, expect, it } from 'vitest';
import { START } from '../src/localize-chunk.js';
import { FRAMES, FRESH, TOKENS, localize, roomChunk } from './chunks.js';
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

  it('of a blank lead do not say where the world begins: the first picture behind it does', () => {
    const lead = Uint8Array.from({ length: FRAMES }, (_, frame) => (frame < 9 ? 1 : 0));
    const chunk = { ...roomChunk({ boundary: 9 }), still: lead };
    for (let frame = 9; frame < FRAMES; frame += 1) chunk.cameraToChunk[16 * frame + 3] = 2;
    const { placedFrames, statuses } = localize(chunk, START);
    expect(statuses[9]).toBe('localized');
    expect([...placedFrames.cameraToWorld.subarray(16 * 9, 16 * 10)]).toEqual(
      Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
    );
    const shown = localize(roomChunk({ boundary: 9 }), START);
    expect(placedFrames.centers[3 * TOKENS * 9]).toBeCloseTo(shown.placedFrames.centers[0]! - 2, 5);
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
