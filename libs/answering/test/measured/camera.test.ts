import { describe, expect, it } from 'vitest';
import type { asked } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';
import { answered, sigmoid, standing, worldOf } from './world.js';

/** At 4 s at (1, 2) looking along x; at 12 s 3 m further along x, and 4 m along z. */
const WORLD = worldOf([], { 4: standing([1, 0, 2], 90), 12: standing([4, 0, 6], 180) });
type Question = Parameters<typeof asked>;
const FAR: Question = [
  'camera_displacement',
  'how far is the camera at [|12 s|moment] from where it was at [|4 s|moment]?',
];
const WHICH_WAY: [task: string, text: string] = [
  'camera_movement_direction',
  'which way from [|4 s|moment] to [|12 s|moment]?',
];

describe('how far the camera moved', () => {
  it('is measured between the places where it was localized', async () => {
    expect(await answered(FAR, { world: WORLD })).toMatchObject({
      ...{ supported: true, kind: 'number', value: 5, unit: 'm', text: '5.00' },
      confidence: expect.closeTo(sigmoid(Math.log(6))) as number,
      evidence: [{ slot: 3, frame: 8 }],
      trace: [
        { text: 'camera t4 x1 z2', position: [1, 0, 2] },
        { text: 'camera t12 x4 z6', position: [4, 0, 6] },
      ],
    });
  });

  it('is told by the answer graph where a place is not known, or the bundle does not measure', async () => {
    const writes = '<displacement> <answer> 2.35 <eos>';
    const elsewhere: Question = [FAR[0], 'from [|5 s|moment] to [|12 s|moment]'];
    for (const [question, given] of [
      [elsewhere, { world: WORLD }],
      [FAR, { world: null }],
      [FAR, { world: WORLD, manifest: READER }],
    ] as const)
      expect(await answered(question, { ...given, writes })).toMatchObject({ value: 2.35 });
  });
});

describe('which way the camera moved', () => {
  it('is seen from where it looked at first', async () => {
    // 3 m along the way that it looked, 4 m along z, which is to the left of that
    const answer = await answered(WHICH_WAY, { world: WORLD });
    expect(answer).toMatchObject({ supported: true, kind: 'text', text: 'Left', choice: null });
    const left = Math.atan2(4, 3) / (Math.PI / 4);
    expect(answer.confidence).toBeCloseTo(sigmoid(left - (2 - left)));
  });

  it('is the given option that names the way, in whatever words', async () => {
    const given = ['backwards', 'to the right', 'to the left', 'forwards'];
    expect(await answered([...WHICH_WAY, given], { world: WORLD })).toMatchObject({
      ...{ kind: 'choice', choice: 'C', text: 'C' },
    });
    const writes = '<movement> <answer> b <eos>';
    const none = ['up the stairs', 'down the stairs'];
    expect(await answered([...WHICH_WAY, none], { world: WORLD, writes })).toMatchObject({
      choice: 'B',
    });
  });
});
