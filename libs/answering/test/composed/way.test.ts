import { describe, expect, it } from 'vitest';
import type { AskerParts } from '../../src/index.js';
import { READER } from '../reading/bundle.js';
import { answered, HomeGraph } from './home.js';

/** Walks ahead at 0.5 m/s for 12 s, then to the right; it climbs 0.1 m/s, and looks along x from 12 s on. */
function poseAt(videoS: number): number[] {
  const [ahead, right] = [0.5 * Math.min(12, videoS), 0.5 * Math.max(0, videoS - 12)];
  const [sine, cosine] = videoS < 12 ? [0, 1] : [1, 0];
  return [cosine, 0, sine, right, 0, 1, 0, -0.1 * videoS, -sine, 0, cosine, ahead, 0, 0, 0, 1];
}

const given = (...question: Parameters<typeof answered>[1]) => {
  const graph = new HomeGraph();
  return answered(graph, question, undefined, poseAt).then((answer) => ({ answer, asked: graph.asked }));
};
const WAYS = ['Left', 'Backward', 'Right', 'Forward'];

describe('the way of a camera whose poses are given', () => {
  it('is measured between two moments, without asking the answer graph', async () => {
    const { answer, asked } = await given(
      'camera_displacement',
      'how far from [|2 s|moment] to [|20 s|moment]?',
    );
    // 5 m ahead, 4 m to the right, 1.8 m up
    expect(answer).toMatchObject({ supported: true, kind: 'number', value: 6.65, unit: 'm', text: '6.65' });
    expect(asked).toEqual([]);
  });

  it('is as sure as the poses are, however strange the pictures look', async () => {
    const { answer } = await given('camera_displacement', 'from [|0 s|moment] to [|4 s|moment]');
    expect(answer).toMatchObject({ confidence: 1, value: 2.04 });
  });

  it('is no surer than answers are on flagged footage, where the poses come of these pictures', async () => {
    const most = { number: 0.22, choice: 0.37 };
    const onFlagged: typeof READER = { ...READER, out_of_domain: { threshold: 0.5, confidence: most } };
    const told = async (task: string, certainty?: AskerParts['poseCertainty'], manifest = onFlagged) => {
      const question = [task, 'from [|0 s|moment] to [|4 s|moment]'] as const;
      return (await answered(new HomeGraph(), [...question], manifest, poseAt, certainty)).confidence;
    };
    const estimated = { direction: 0.8, metres: 0.6 };
    expect(await told('camera_displacement', estimated)).toBe(most.number);
    expect(await told('camera_movement_direction', estimated)).toBe(most.choice);
    expect(await told('camera_displacement', estimated, READER)).toBe(0.6);
    expect(await told('camera_displacement')).toBe(1);
  });

  it('goes from the start to the end where a question names no moment', async () => {
    const { answer } = await given('camera_displacement', 'how far did I come?');
    expect(answer.value).toBeCloseTo(Math.hypot(6, 7.5, 2.7), 2);
  });

  it('leads where the camera looked to at the earlier moment', async () => {
    const between = (from: number, to: number) =>
      given('camera_movement_direction', `from [|${from} s|moment] to [|${to} s|moment]`, [...WAYS]);
    expect((await between(0, 10)).answer).toMatchObject({ kind: 'choice', choice: 'D', confidence: 1 });
    expect((await between(12, 20)).answer).toMatchObject({ kind: 'choice', choice: 'D' });
    expect((await between(10, 27)).answer).toMatchObject({ kind: 'choice', choice: 'C' });
  });

  it('is told in words where no options are given', async () => {
    const { answer } = await given('camera_movement_direction', 'from [|0 s|moment] to [|9 s|moment]');
    expect(answer).toMatchObject({ kind: 'text', text: 'Forward', choice: null });
  });

  it('is what the answer graph says where no poses are given', async () => {
    const question = ['camera_displacement', 'from [|2 s|moment] to [|20 s|moment]'] as const;
    // this graph knows no such question
    await expect(answered(new HomeGraph(), [...question])).rejects.toThrow(RangeError);
  });
});
