import { describe, expect, it } from 'vitest';
import { LANDMARK_COLUMNS } from '@loci/contracts';
import { knownLandmarks } from '../src/known-landmarks.js';
import { START, type Handover } from '../src/localize-chunk.js';
import { LANDMARKS } from '../src/parameters.js';
import { INITIAL_STATE } from '../src/state.js';
import { localize, walkedChunk } from './chunks.js';
import { landmark } from './landmark-rows.js';

describe('that a thing is there', () => {
  it.each([
    ['found', null],
    ['given', walkedChunk(14).cameraToChunk],
  ])('is proved by keyframes alone, where poses are %s', (_, given) => {
    const after = (frames: number, previous: Handover, firstFrame: number) => {
      const poses = given?.subarray(0, 16 * frames) ?? null;
      const { state } = localize(walkedChunk(frames), previous, { firstFrame, poses });
      const certainties = [...knownLandmarks(state)].filter((_, column) => column % LANDMARK_COLUMNS === 3);
      const weight = state.landmarks.reduce((sum, landmark) => sum + landmark.weight, 0);
      return { previous: { ...START, state }, certainties, weight };
    };
    const first = after(10, START, 0);
    const again = after(10, first.previous, 60);
    expect(again.weight).toBeGreaterThan(1.5 * first.weight);
    expect(again.certainties).toEqual(first.certainties);
    const further = after(14, first.previous, 60);
    for (const [index, certainty] of further.certainties.entries())
      expect(certainty).toBeGreaterThan(first.certainties[index]!);
  });

  it('takes more the more keyframes could have mistaken something for it', () => {
    const landmarks = [landmark({ category: 3, x: 1, z: 2, weight: 12, news: 12 })];
    const certainty = (keyframes: number) => {
      const views = Array.from({ length: keyframes }, () => ({ x: 0, z: 0, right: 0, ahead: 1, timeS: 0 }));
      return knownLandmarks({ ...INITIAL_STATE, landmarks, views })[3];
    };
    const few = 12 / (12 + LANDMARKS.halfCertain);
    expect(certainty(0)).toBeCloseTo(few);
    expect(certainty(LANDMARKS.certainKeyframes)).toBeCloseTo(few);
    expect(certainty(3 * LANDMARKS.certainKeyframes)).toBeCloseTo(0.5);
  });
});
