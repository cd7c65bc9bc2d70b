import { describe, expect, it } from 'vitest';
import type { Landmark } from '../../src/measured/index.js';
import { answerQuestion } from '../../src/index.js';
import { asked, CLOCK } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';
import { HomeGraph, LAST_POSE } from './home.js';

const MANIFEST = {
  ...READER,
  calibration: { ...READER.calibration, seen: { bias: -4.5, tokens: 2, landmark: 0, few: {} } },
};
/** Bed, sofa, lamp and door were perceived, a token of a chair, and no shelf. */
const SEEN = READER.categories.map((category) =>
  ['bed', 'sofa', 'lamp', 'door'].includes(category) ? 50 : category === 'chair' ? 0.2 : 0,
);

async function answered(
  question: Parameters<typeof asked>,
  {
    manifest = MANIFEST,
    seen = SEEN,
    landmarks = null,
  }: { manifest?: typeof READER; seen?: number[] | null; landmarks?: Landmark[] | null } = {},
) {
  const graph = new HomeGraph();
  const none = () => Promise.resolve(null);
  const world = {
    poseAt: none,
    landmarks: () => Promise.resolve(landmarks),
    glimpses: none,
    occupancy: none,
  };
  const answer = await answerQuestion(asked(...question), {
    ...{ ask: graph.ask, manifest, clock: CLOCK, novelty: 1, seen },
    ...{ lastSeenS: null, lastPose: LAST_POSE, poseAt: null, world },
  });
  return { answer, asked: graph.asked.length };
}

describe('whether there is a thing', () => {
  it('hangs on how far its place leads, and on what was perceived of it', async () => {
    const calibration = { ...READER.calibration, existence: { bias: -6, lead: 1, tokens: 1, landmark: 0 } };
    const manifest = { ...READER, calibration };
    const told = async (seen: number[] | null) => {
      const { answer } = await answered(['object_existence', 'any [sofa|sofa|target]?'], { manifest, seen });
      return [answer.text, answer.confidence];
    };
    // a place of two words of −0.2 leads nothing, −4, by 3.6
    const p = 1 / (1 + Math.exp(6 - 3.6 - Math.log(51)));
    expect(await told(SEEN)).toEqual(['yes', expect.closeTo(p)]);
    expect(await told(SEEN.map(() => 0))).toEqual(['no', expect.closeTo(1 - 1 / (1 + Math.exp(6 - 3.6)))]);
    expect(await told(null)).toEqual(['yes', expect.closeTo(1 / (1 + Math.exp(-3.6)))]);
  });

  it('hangs on its landmarks too, where localization kept them', async () => {
    const calibration = { ...READER.calibration, existence: { bias: -6, lead: 1, tokens: 0, landmark: 3 } };
    const manifest = { ...READER, calibration };
    const told = async (landmarks: Landmark[]) => {
      const { answer } = await answered(['object_existence', 'any [sofa|sofa|target]?'], {
        ...{ manifest, landmarks },
      });
      return [answer.text, answer.confidence];
    };
    const sofa = { category: 'sofa', x: 3, z: 4 };
    const landmarks = [0.5, 0.9].map((certainty) => ({ ...sofa, certainty }));
    expect(await told(landmarks)).toEqual(['yes', expect.closeTo(1 / (1 + Math.exp(6 - 3.6 - 2.7)))]);
    expect(await told([])).toEqual(['no', expect.closeTo(1 - 1 / (1 + Math.exp(6 - 3.6)))]);
  });
});

describe('a thing that the video did not show', () => {
  it('is told by how much of its kind is usual, and by its landmarks', async () => {
    const calibration = {
      ...READER.calibration,
      seen: { bias: -3.5, tokens: 1, landmark: 4, few: { chair: 0.1, shelf: 10 } },
    };
    const manifest = { ...READER, calibration };
    const size = async (category: string, certainty: number | null = 0) => {
      const question = `how long is the [${category}|${category}|target]?`;
      const seen = READER.categories.map(() => 1);
      const landmarks = certainty === null ? null : [{ category, x: 1, z: 2, certainty }];
      const { answer } = await answered(['object_size_estimation', question], { manifest, seen, landmarks });
      return answer.supported;
    };
    // a token is much of a chair and little of a shelf
    expect(await size('chair')).toBe(true);
    expect(await size('shelf')).toBe(false);
    expect(await size('shelf', 0.9)).toBe(true);
    expect(await size('shelf', null)).toBe(true);
  });

  it('is counted as none, whatever the decoder would point at', async () => {
    const { answer, asked: puts } = await answered(['object_counting', 'how many [shelf|shelves|target]?']);
    expect(answer).toMatchObject({
      ...{ supported: true, kind: 'number', value: 0, text: '0', trace: [], evidence: [], reason: null },
      understood: { task: 'object_counting' },
    });
    expect(answer.confidence).toBeCloseTo(1 - 1 / (1 + Math.exp(4.5)));
    expect(puts).toBe(0);
  });

  it('has neither distance nor size, and leaves no choice where one thing alone is left', async () => {
    for (const question of [
      ['object_abs_distance', 'from the [bed|bed|first] to the [shelf|shelf|second]'],
      ['object_size_estimation', 'how long is the [shelf|shelf|target]?'],
      ['object_size_estimation', 'how long is the [chair|chair|target]?'],
      ['object_rel_distance', 'nearest to [bed|bed|anchor]: [lamp|lamp|candidate], [shelf|shelf|candidate]?'],
      ['object_rel_direction_easy', 'at [bed|bed|at], facing [shelf|shelf|facing]: the [sofa|sofa|target]?'],
    ] as [string, string][]) {
      const { answer, asked: puts } = await answered(question);
      expect(answer).toMatchObject({
        ...{ supported: false, reason: 'not_seen', value: null, choice: null, confidence: 0 },
        text: expect.stringMatching(/^The video shows no (shelf|chair) that the memory holds/) as string,
      });
      expect(puts).toBe(0);
    }
  });

  it('is only one to choose from where others are left', async () => {
    const nearest = 'nearest to [bed|bed|anchor]: [lamp|lamp|candidate], [shelf|shelf|candidate]';
    const three = await answered(['object_rel_distance', `${nearest} or [door|door|candidate]?`]);
    expect(three.answer).toMatchObject({ supported: true, text: 'lamp', reason: null });
    const anchor = nearest.replace('[bed|bed|anchor]', '[shelf|shelf|anchor]');
    const none = await answered(['object_rel_distance', `${anchor} or [door|door|candidate]?`]);
    expect(none.answer).toMatchObject({ supported: false, reason: 'not_seen' });
  });

  it('is not chosen where the answer graph would choose it', async () => {
    // the graph says A to whatever it is asked
    const options = ['[shelf|shelf|candidate]', '[door|door|candidate]', '[lamp|lamp|candidate]'];
    const chosen = async (few: number) => {
      const nearest: Parameters<typeof asked> = ['object_rel_distance', 'near [bed|bed|anchor]?', options];
      const seen = SEEN.map((tokens) => Math.max(few, tokens));
      return (await answered(nearest, { seen })).answer.choice;
    };
    expect([await chosen(50), await chosen(0)]).toEqual(['A', 'C']);
  });

  it('leaves the others in their order', async () => {
    const [shelf, sofa, bed] = ['[shelf|shelf|candidate]', '[sofa|sofa|candidate]', '[bed|bed|candidate]'];
    const orders = [`${shelf}, ${bed}, ${sofa}`, `${shelf}, ${sofa}, ${bed}`];
    const { answer } = await answered(['obj_appearance_order', 'in which order?', orders]);
    expect(answer).toMatchObject({ supported: true, choice: 'B' });
  });

  it('is not asked about where it only stands by', async () => {
    const beside = 'how long is the [bed|bed|target] next to the [shelf|shelf|none]?';
    expect((await answered(['object_size_estimation', beside])).answer).toMatchObject({ value: 205 });
  });

  it('is answered for where nobody counted, or the bundle cannot tell', async () => {
    const size: Parameters<typeof asked> = [
      'object_size_estimation',
      'how long is the [shelf|shelf|target]?',
    ];
    expect((await answered(size, { seen: null })).answer).toMatchObject({ supported: true });
    expect((await answered(size, { manifest: READER })).answer).toMatchObject({ supported: true });
  });
});
