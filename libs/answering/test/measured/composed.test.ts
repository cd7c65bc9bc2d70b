import { describe, expect, it } from 'vitest';
import { answerQuestion, type World } from '../../src/index.js';
import { HomeGraph, LAST_POSE, LAST_SEEN_S } from '../composed/home.js';
import { asked, CLOCK } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';
import { landmark, MEASURING, standing, worldOf } from './world.js';

/** A home where the decoder tells a sofa right of a bed, two lamps and a door. */
const told = (question: Parameters<typeof asked>, world: World | null, manifest = MEASURING) =>
  answerQuestion(asked(...question), {
    ...{ ask: new HomeGraph().ask, manifest, clock: CLOCK, novelty: 1 },
    ...{ seen: null, lastSeenS: LAST_SEEN_S, lastPose: LAST_POSE, poseAt: null, world },
  });

describe('what is composed of the things of a home', () => {
  const BOTH: Parameters<typeof asked> = [
    'object_counting_several',
    'how many [lamp|lamps|candidate] and [bed|beds|candidate]?',
  ];
  const things = [landmark('lamp', 1, 6), landmark('lamp', 3, 6), landmark('lamp', 6, 6)];

  it('counts those that localization is certain of, and one of what is not certain', async () => {
    expect(await told(BOTH, worldOf(things))).toMatchObject({ value: 4, text: '4 (3 lamps and 1 bed)' });
  });

  it('counts none of what is not there, whatever localization takes for it', async () => {
    const question: Parameters<typeof asked> = ['inventory', 'what is here?'];
    const world = worldOf([...things, landmark('shelf', 9, 9)]);
    expect(await told(question, world)).toMatchObject({ text: '3 lamps, 1 door, 1 sofa, 1 bed' });
  });

  it('counts what the decoder tells, where the bundle does not measure or no world is kept', async () => {
    expect(await told(BOTH, worldOf(things), READER)).toMatchObject({ value: 3 });
    expect(await told(BOTH, worldOf(null))).toMatchObject({ value: 3 });
    expect(await told(BOTH, null)).toMatchObject({ value: 3 });
  });
});

describe('where a thing is', () => {
  const SOFA: Parameters<typeof asked> = ['object_location', 'where is the [sofa|couch|target]?'];

  it('is told from where the camera was localized at the end, to where the thing stands', async () => {
    const end = { [CLOCK.lastS]: standing([0, 0, 0], 90) };
    expect(await told(SOFA, worldOf([landmark('sofa', 0, 2)], end))).toMatchObject({
      text: '2.0 m to the left of where the camera ended, nearest to the bed',
      trace: [{ text: 'sofa x0 z2', category: 'sofa', position: [0, 0, 2] }],
    });
  });

  it('is told from the newest entry, to where the decoder has it, where that is not known', async () => {
    expect(await told(SOFA, worldOf([]))).toMatchObject({
      text: '5.0 m to the front-right of where the camera ended, nearest to the bed',
    });
  });
});
