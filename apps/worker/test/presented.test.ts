import type { ComposedAnswer } from '@loci/answering';
import { describe, expect, it } from 'vitest';
import { presented } from '../src/stages/presented.js';

const CLIP = { frames: 60, fps: 2, startS: 5.04 };
const ANSWER = {
  ...{ text: '3', kind: 'number', value: 3, unit: 'm', choice: null, confidence: 0.5, supported: true },
  trace: [{ text: 'bed t2 x1 z1', category: 'bed', first_seen_s: 2 }, { text: 'door' }],
  ...{ out_of_domain: { score: 1, flag: false }, understood: null, reason: null, message: null },
  evidence: [{ entry_kind: 'working', slot: 0, frame: 7, t_s: 3.5, weight: 1 }],
} as const satisfies Partial<ComposedAnswer>;
const answer = (over: Partial<ComposedAnswer> = {}): ComposedAnswer => ({
  ...structuredClone(ANSWER),
  ...over,
});

describe('An answer about a clip whose first picture is shown late', () => {
  it('tells a player’s times in its evidence and its trace', () => {
    const told = presented(answer(), CLIP);
    expect(told.evidence).toEqual([{ ...ANSWER.evidence[0], t_s: 5.04 + 3.5 }]);
    expect(told.trace).toEqual([{ ...ANSWER.trace[0], first_seen_s: 7.04 }, ANSWER.trace[1]]);
    expect(told).toMatchObject({ value: 3, text: '3' });
  });

  it('is a player’s second, where it is one at which something is seen', () => {
    const told = presented(answer({ unit: 's', value: 9, text: '9' }), CLIP);
    expect(told).toMatchObject({ value: 14.04, text: '14.04' });
  });

  it('is as it was, where a player shows it at once', () => {
    expect(presented(answer({ unit: 's' }), { ...CLIP, startS: 0 })).toEqual(answer({ unit: 's' }));
  });
});
