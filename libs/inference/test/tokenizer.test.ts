import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBundle, QuestionTooLongError, type Bundle } from '../src/index.js';
import { FIXTURES, TINY } from './tiny-bundle.js';

const PAD = 0;
const EOS = 2;
const UNKNOWN = 3;

describe('The tokenizer', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await loadBundle(TINY);
  });

  it("gives the same ids as the format's own library", () => {
    const cases = JSON.parse(readFileSync(join(FIXTURES, 'tokenizer-cases.json'), 'utf8')) as {
      prompt: string;
      ids: number[];
    }[];
    for (const { prompt, ids } of cases) {
      const encoded = bundle.tokenizer.encode(prompt);
      expect([...encoded.ids.subarray(0, ids.length)], prompt).toEqual(ids);
      expect([...encoded.mask], prompt).toEqual(
        Array.from({ length: 12 }, (_, index) => (index < ids.length ? 1 : 0)),
      );
    }
  });

  it('fills up to the length that the model reads, and no further', () => {
    const { ids, mask } = bundle.tokenizer.encode('how many chairs');
    expect([...ids]).toEqual([6, 7, 8, ...new Array<number>(9).fill(PAD)]);
    expect([...mask]).toEqual([1, 1, 1, ...new Array<number>(9).fill(0)]);
    expect([...bundle.tokenizer.encode('chair '.repeat(12)).mask]).toEqual(new Array(12).fill(1));
  });

  it('refuses a prompt with more tokens than the model reads', () => {
    const attempt = () => bundle.tokenizer.encode('chair '.repeat(13));
    expect(attempt).toThrow(QuestionTooLongError);
    expect(attempt).toThrow('the question with its options has 13 tokens; the model reads at most 12');
  });

  it('writes tokens as they are spelt, up to the end token', () => {
    expect(bundle.tokenizer.decode(Int32Array.from([5, 9, 16, 17, 4, 14, EOS, 9, PAD]))).toBe(
      '<count> chair x-1.2 z3.4 <answer> 2',
    );
    expect(bundle.tokenizer.decode(Int32Array.from([EOS]))).toBe('');
    expect(bundle.tokenizer.decode(Int32Array.from([9, 999]))).toBe('chair <unk>');
  });

  it('tells the answer graph a task by its token, and none where the manifest has no such task', () => {
    expect([...bundle.tokenizer.taskId('object_counting')]).toEqual([5]);
    for (const task of [null, 'toString', 'inventory'])
      expect([...bundle.tokenizer.taskId(task)]).toEqual([-1]);
  });

  it('never lets a prompt spell a token that only the model writes', () => {
    const special = new Set([0, 1, 2, 4, 5]);
    const word = fc.oneof(
      fc.constantFrom('<pad>', '<bos>', '<eos>', '<answer>', '<count>', 'chair', 'how', ' '),
      fc.string({ maxLength: 5, unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const { ids, mask } = bundle.tokenizer.encode(words.join(' ').slice(0, 12));
        ids.forEach((id, index) => {
          if (mask[index] === 1) expect(special.has(id)).toBe(false);
          expect(Number.isInteger(id)).toBe(true);
        });
      }),
    );
  });

  it('reads words that are names of object properties as any other unknown word', () => {
    expect([...bundle.tokenizer.encode('constructor toString hasOwnProperty').ids.subarray(0, 4)]).toEqual([
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
      PAD,
    ]);
  });
});
