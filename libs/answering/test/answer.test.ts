import { answerSchema, evidenceSchema } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeAnswer, type AnswerParts } from '../src/index.js';
import { NANO } from './bundles.js';

const compose = (text: string, over: Partial<AnswerParts> = {}) =>
  composeAnswer({
    text,
    logProbabilities: new Float32Array(96).fill(-0.1),
    options: null,
    manifest: NANO,
    novelty: 1,
    evidence: [],
    ...over,
  });
const choose = (answer: string, options: string[]) =>
  compose(`<nearest> <answer> ${answer} <eos>`, { options });

describe('an answer that is a number', () => {
  it('has its value, and the unit of its task', () => {
    expect(compose('<distance> chair x1 z2 lamp x0 z0.4 <answer> 2.35 <eos>')).toMatchObject({
      kind: 'number',
      value: 2.35,
      unit: 'm',
      text: '2.35',
      choice: null,
      supported: true,
    });
    expect(compose('<size> chair s85 <answer> 85 <eos>')).toMatchObject({
      kind: 'number',
      value: 85,
      unit: 'cm',
    });
    expect(compose('<count> <answer> 4 <eos>')).toMatchObject({ kind: 'number', value: 4, unit: null });
  });

  it('may have a sign, a trailing dot or its unit written out', () => {
    for (const [text, value] of [
      ['-1.5', -1.5],
      ['4.', 4],
      ['3 m', 3],
      ['3.25m.', 3.25],
      ['85 cm', 85],
      ['12 m²', 12],
      ['0', 0],
    ] as const)
      expect(compose(`<distance> <answer> ${text} <eos>`)).toMatchObject({ kind: 'number', value });
  });

  it('is not what only begins like one', () => {
    for (const text of ['4 chairs', '1e400', 'NaN', 'Infinity', '0x10', '1 2', '--3', '.', 'x1'])
      expect(compose(`<count> <answer> ${text} <eos>`)).toMatchObject({
        kind: 'text',
        value: null,
        unit: null,
        supported: false,
      });
  });
});

describe('an answer to a question with options', () => {
  const options = ['A. chair', 'B. coffee table', 'C. 2.5 m', 'D. front-left'];

  it('is a choice, by its letter', () => {
    for (const text of ['b', 'B', 'b.', '(b)', 'b)'])
      expect(choose(text, options)).toMatchObject({
        kind: 'choice',
        choice: 'B',
        text: 'B',
        value: null,
        unit: null,
        supported: true,
      });
  });

  it('is a choice as well when the text says the option’s words, with its letter or without', () => {
    expect(choose('coffee table', options)).toMatchObject({ choice: 'B', text: 'coffee table' });
    expect(choose('Coffee Table.', options).choice).toBe('B');
    expect(choose('b. coffee table', options).choice).toBe('B');
    expect(choose('d front - left', options).choice).toBe('D');
    expect(choose('front - left', options).choice).toBe('D');
    expect(choose('2.5 m', options).choice).toBe('C');
  });

  it('finds the words of any option, lettered or not', () => {
    const anyOptions = fc.uniqueArray(
      fc.constantFrom(
        'chair',
        'sofa',
        'coffee table',
        'bed, lamp, door',
        '3',
        '2.5',
        'left',
        'front-left',
        'a chair',
      ),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(anyOptions, fc.nat(), fc.boolean(), (plain, at, lettered) => {
        const index = at % plain.length;
        const letter = 'ABCDEFGHI'[index]!;
        const given = lettered ? plain.map((option, i) => `${'ABCDEFGHI'[i]!}. ${option}`) : plain;
        expect(choose(plain[index]!, given).choice).toBe(letter);
        expect(choose(letter.toLowerCase(), given).choice).toBe(letter);
      }),
    );
  });

  it('is no choice when it names none of them, or two alike', () => {
    for (const text of ['z', 'lamp', '', 'e'])
      expect(choose(text, options)).toMatchObject({ kind: 'text', choice: null, supported: false });
    expect(choose('chair', ['chair', 'Chair']).choice).toBeNull();
  });
});

describe('an answer that is neither', () => {
  it('is text', () => {
    expect(compose('<name> <answer> living room <eos>')).toMatchObject({
      kind: 'text',
      text: 'living room',
      value: null,
      unit: null,
      choice: null,
      supported: true,
    });
  });
});

describe('what an answer says of itself', () => {
  it('flags memories of clips unlike those that the model was trained on', () => {
    expect(compose('<count> <answer> 4 <eos>', { novelty: 1.5 }).out_of_domain).toEqual({
      score: 1.5,
      flag: false,
    });
    expect(compose('<count> <answer> 4 <eos>', { novelty: 1.6 }).out_of_domain).toEqual({
      score: 1.6,
      flag: true,
    });
  });

  it('is not supported without a task, for one that is not mastered, or answered in another way', () => {
    expect(compose('4 <eos>').supported).toBe(false);
    expect(compose('<route> <answer> a <eos>', { options: ['left', 'right'] }).supported).toBe(false);
    expect(compose('<nearest> <answer> a <eos>').supported).toBe(false);
    expect(compose('<count> <answer> a <eos>', { options: ['1', '2'] }).supported).toBe(false);
    expect(compose('<count> <answer> <eos>').supported).toBe(false);
  });

  it('names its evidence as the API does', () => {
    const evidence = [{ entryKind: 'working' as const, slot: 3, frame: 19, tS: 9.5, weight: 0.25 }];
    expect(compose('<count> <answer> 4 <eos>', { evidence }).evidence).toEqual([
      { entry_kind: 'working', slot: 3, frame: 19, t_s: 9.5, weight: 0.25 },
    ]);
  });

  it('is valid for the API whatever the decoder wrote', () => {
    const schema = answerSchema.extend({ evidence: evidenceSchema.omit({ thumbnail_url: true }).array() });
    const anyWord = fc.oneof(
      fc.constantFrom(
        '<count>',
        '<nearest>',
        '<answer>',
        '<answer>',
        '<eos>',
        '<unk>',
        'chair',
        'x1',
        '4',
        '2.35',
        'b',
        'm',
        '.',
        '-',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(anyWord, { maxLength: 20 }),
        fc.option(fc.array(fc.string(), { minLength: 2, maxLength: 26 })),
        fc.float32Array(),
        fc.double(),
        (words, options, logProbabilities, novelty) => {
          const answer = compose(words.join(' '), {
            options,
            logProbabilities,
            novelty: Number.isFinite(novelty) ? novelty : 0,
          });
          expect(schema.parse(answer)).toEqual(answer);
          expect(answer.kind === 'number').toBe(answer.value !== null);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
