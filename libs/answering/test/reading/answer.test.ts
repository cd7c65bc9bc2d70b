import { answerSchema, evidenceSchema, type Understood } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer, refuse, refusedAnswer, type CanonicalQuestion } from '../../src/index.js';
import { READER } from './bundle.js';

const understood = (task: string, unit: string | null = null): Understood => ({
  ...{ task, question: 'How far …?', things: [], unit, moments: [] },
});
const question = (task: string, over: Partial<CanonicalQuestion> = {}): CanonicalQuestion => ({
  ...{
    task,
    question: 'How far …?',
    ...{ put: 'How far …?', putOtherWayRound: null },
    options: null,
    presupposed: [],
    candidates: [],
    hasGiven: false,
    asked: 'how far …?',
    ...{ asOfS: null, mentions: [], moments: {} },
    composed: null,
    understood: understood(task),
  },
  ...over,
});
const answer = (asked: CanonicalQuestion, text: string) =>
  readAnswer(asked, {
    text,
    logProbabilities: new Float32Array(96).fill(-0.1),
    manifest: READER,
    novelty: 1,
    evidence: [],
  });

const DISTANCE = question('object_abs_distance', { understood: understood('object_abs_distance', 'ft') });
const NEAREST = question('object_rel_distance', { options: ['sofa', 'television'] });

describe('the answer of a question that was read', () => {
  it('is a number in the unit that was asked for', () => {
    expect(answer(DISTANCE, '<distance> chair x1 z2 <answer> 4.43 <eos>')).toMatchObject({
      ...{ kind: 'number', value: 14.53, unit: 'ft', text: '14.53', supported: true },
      ...{ understood: { unit: 'ft' }, reason: null, message: null },
    });
  });

  it('is the letter of the person’s own option', () => {
    for (const said of ['b', 'television'])
      expect(answer({ ...NEAREST, hasGiven: true }, `<nearest> <answer> ${said} <eos>`)).toMatchObject({
        ...{ kind: 'choice', choice: 'B', text: 'B', value: null, supported: true },
      });
  });

  it('is the option in words where no options were given', () => {
    expect(answer(NEAREST, '<nearest> <answer> b <eos>')).toMatchObject({
      ...{ kind: 'text', choice: null, text: 'television', value: null, supported: true, reason: null },
    });
  });
});

describe('what the decoder wrote is no answer', () => {
  it.each([
    ['of another task', DISTANCE, '<size> <answer> 85 <eos>'],
    ['of a second task', DISTANCE, '<distance> <answer> 4.43 <size> 3 <eos>'],
    ['of two tasks', DISTANCE, '<distance> <size> <answer> 4.43 <eos>'],
    ['of no task', DISTANCE, '<answer> 4.43 <eos>'],
    ['of another kind', DISTANCE, '<distance> <answer> a <eos>'],
    ['with square metres for a count', question('object_counting'), '<count> <answer> 4 m23.5 <eos>'],
    ['with a trace that goes on', DISTANCE, '<distance> <answer> t85 t85 5.91 e1.2 <eos>'],
    ['that names no option', NEAREST, '<nearest> <answer> lamp <eos>'],
    ['that ends before it begins', DISTANCE, '<distance> chair x1'],
    ['of nothing', DISTANCE, ''],
  ])('%s', (_, asked, text) => {
    expect(answer(asked, text)).toMatchObject({
      ...{ supported: false, reason: 'unclear', confidence: 0, kind: 'text', value: null, choice: null },
      ...{ unit: null, text: expect.stringMatching(/^The question could not be answered clearly/) as string },
    });
  });

  it('ever, where it holds special or trace tokens', () => {
    const schema = answerSchema.extend({ evidence: evidenceSchema.omit({ thumbnail_url: true }).array() });
    const word = fc.oneof(
      fc.constantFrom('<distance>', '<nearest>', '<answer>', '<eos>', '<unk>', '<pad>', 'chair', 'x-1.2'),
      fc.constantFrom('4', '2.35', 'a', 'b', 'sofa', 'm', 'e1.2'),
      fc.string(),
    );
    const asked = fc.constantFrom(DISTANCE, NEAREST, { ...NEAREST, hasGiven: true });
    fc.assert(
      fc.property(asked, fc.array(word, { maxLength: 12 }), (own, words) => {
        const found = answer(own, `${own === DISTANCE ? '<distance>' : '<nearest>'} ${words.join(' ')}`);
        expect(schema.parse(found)).toEqual(found);
        expect(found.text).not.toMatch(/<[^<>\s]*>|(^|\s)[a-z]-?\d/);
        expect(found.supported).toBe(found.reason === null);
        if (found.supported) expect(found.value === null).toBe(own !== DISTANCE);
        else expect(found).toMatchObject({ value: null, choice: null, confidence: 0 });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the answer of a question that is refused', () => {
  it('says why, and what can be asked instead', () => {
    const refusal = refuse('other_language', READER);
    const parts = { novelty: 2, manifest: READER };
    expect(refusedAnswer({ refusal, understood: null }, parts)).toEqual({
      ...{ text: refusal.message, message: refusal.message, reason: 'other_language', kind: 'text' },
      ...{ value: null, unit: null, choice: null, confidence: 0, trace: [], evidence: [] },
      ...{ out_of_domain: { score: 2, flag: true }, supported: false, understood: null },
    });
    expect(refusal.message).toBe(
      'Only English is read: ask, for example, how many chairs there are, ' +
        'or how far the sofa is from the door.',
    );
  });
});
