import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readingOf } from '@loci/answering';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BundleError,
  InferenceError,
  loadBundle,
  openEngine,
  QuestionTooLongError,
  ReadingTokenizer,
  type Bundle,
  type Engine,
} from '../src/index.js';
import { addReader, editManifest, READER, replaceFile, TINY, tinyCopy } from './tiny-bundle.js';

const CPU = { executionProviders: ['cpu'], threads: 1 } as const;
const tokenizerOf = async (length = 48) =>
  new ReadingTokenizer(await readFile(join(READER, 'reading-tokenizer.json'), 'utf8'), {
    tokenizer: 'reading-tokenizer.json',
    length,
  });

describe('The reading tokenizer', () => {
  let tokenizer: ReadingTokenizer;
  beforeAll(async () => {
    tokenizer = await tokenizerOf();
  });

  it('gives, word by word, the ids that the format’s own library gives the whole text', async () => {
    const cases = JSON.parse(await readFile(join(READER, 'cases.json'), 'utf8')) as {
      text: string;
      ids: number[];
    }[];
    for (const { text, ids } of cases)
      expect([...tokenizer.encode(text, null).tokenIds], text).toEqual([2, ...ids, 3]);
  });

  it('puts the options behind the question, in a segment of their own, without their letters', () => {
    const { tokenIds, segments, texts } = tokenizer.encode('the chairs?', ['A. couch', 'B. the bed']);
    expect([...tokenIds]).toEqual([2, 7, 30, 13, 4, 3, 31, 3, 7, 32, 3]);
    expect([...segments]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(texts.map(({ text, words }) => [text, words.map((word) => [word.text, word.token])])).toEqual([
      [
        'the chairs?',
        [
          ['the', 1],
          ['chairs', 2],
          ['?', 4],
        ],
      ],
      ['couch', [['couch', 6]]],
      [
        'the bed',
        [
          ['the', 8],
          ['bed', 9],
        ],
      ],
    ]);
  });

  it('refuses a question with more tokens than the graph reads', async () => {
    const short = await tokenizerOf(6);
    expect(short.encode('bed bed bed bed', null).tokenIds).toHaveLength(6);
    expect(() => short.encode('bed bed bed bed bed', null)).toThrow(QuestionTooLongError);
    expect(() => short.encode('bed', ['bed', 'bed'])).toThrow(
      'the question with its options has 7 tokens; the model reads at most 6',
    );
  });

  it('never lets a question spell the tokens between texts', () => {
    const word = fc.oneof(fc.constantFrom('[SEP]', '[CLS]', 'bed', ' '), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const { tokenIds } = tokenizer.encode(words.join('').slice(0, 40), null);
        expect(tokenIds[0]).toBe(2);
        expect([...tokenIds].filter((id) => id === 2 || id === 3)).toHaveLength(2);
      }),
    );
  });

  it('without its tokens is refused', async () => {
    const text = await readFile(join(READER, 'reading-tokenizer.json'), 'utf8');
    const section = { tokenizer: 'words.json', length: 48 };
    expect(() => new ReadingTokenizer(text.replace('"[SEP]"', '"[END]"'), section)).toThrow(
      'words.json: expected the token [SEP], found a vocabulary without it',
    );
    expect(() => new ReadingTokenizer('no tokenizer', section)).toThrow(BundleError);
  });
});

describe('An engine with a read graph', () => {
  let bundle: Bundle;
  let engine: Engine;
  let removeCopy: () => Promise<void>;
  beforeAll(async () => {
    const dir = await tinyCopy((remove) => (removeCopy = remove));
    await addReader(dir);
    bundle = await loadBundle(dir);
    engine = await openEngine(bundle, CPU);
  });
  afterAll(async () => {
    await engine.close();
    await removeCopy();
  });

  const read = async (question: string, options: string[] | null = null) => {
    const { texts, ...input } = bundle.reading!.encode(question, options);
    return readingOf(texts, await engine.read(input), bundle.manifest.reading!);
  };

  it('reads a question of any length, with the outputs’ shapes following it', async () => {
    for (const length of [3, 7, 48]) {
      const input = { tokenIds: new Int32Array(length), segments: new Int32Array(length) };
      const { things, roles, starts, task } = await engine.read(input);
      const { labels } = bundle.manifest.reading!;
      expect(things).toHaveLength(length * labels.things.length);
      expect(roles).toHaveLength(length * labels.roles.length);
      expect(starts).toHaveLength(length);
      expect(task).toHaveLength(labels.tasks.length);
    }
  });

  it('tells the task, the unit and the things with their roles', async () => {
    expect(await read('How many couches are there in the flat?')).toMatchObject({
      task: 'object_counting',
      unit: null,
      mentions: [
        { text: 'couches', thing: 'sofa', role: 'target', source: 0 },
        { text: 'flat', thing: null, role: 'place', source: 0 },
      ],
    });
    expect(await read('Far is the bed in feet at 12 seconds')).toMatchObject({
      task: 'camera_obj_abs_dist',
      unit: 'ft',
      mentions: [{ text: 'bed' }, { text: '12 seconds', thing: null, role: 'moment' }],
    });
    expect(await read('nearest of the desk?', ['couch', 'bed'])).toMatchObject({
      task: 'object_rel_distance',
      mentions: [
        { text: 'desk', role: 'anchor', source: 0 },
        { text: 'couch', role: 'candidate', source: 1 },
        { text: 'bed', role: 'candidate', source: 2 },
      ],
    });
    expect(await read('hello')).toMatchObject({ task: null, reason: 'no_question' });
  });

  it('names the input that is of another size', async () => {
    const input = { tokenIds: new Int32Array(4), segments: new Int32Array(3) };
    await expect(engine.read(input)).rejects.toThrow(
      'read reads segments as int32 [4], and was given 3 elements',
    );
  });

  it('is none of a bundle without one', async () => {
    const plain = await openEngine(await loadBundle(TINY), CPU);
    try {
      const input = { tokenIds: new Int32Array(4), segments: new Int32Array(4) };
      await expect(plain.read(input)).rejects.toThrow(InferenceError);
    } finally {
      await plain.close();
    }
  });
});

describe('A bundle with a reader', () => {
  const refusal = async (dir: string): Promise<string> => {
    const opened = await loadBundle(dir).then(
      (bundle) => openEngine(bundle, CPU).catch((error: unknown) => error),
      (error: unknown) => error,
    );
    expect(opened).toBeInstanceOf(BundleError);
    return (opened as BundleError).message;
  };
  const readerCopy = async (): Promise<string> => {
    const dir = await tinyCopy();
    await addReader(dir);
    return dir;
  };

  it('is refused without its graph, or with another file in its place', async () => {
    const dir = await readerCopy();
    await writeFile(join(dir, 'read.onnx'), 'spoilt');
    expect(await refusal(dir)).toMatch(/^read\.onnx: expected \d+ bytes, found 6 bytes$/);
    await rm(join(dir, 'read.onnx'));
    expect(await refusal(dir)).toMatch(/^read\.onnx: expected a file of \d+ bytes, found no such file$/);
    await replaceFile(dir, 'read.onnx', await readFile(join(TINY, 'answer.onnx')));
    expect(await refusal(dir)).toMatch(
      /^read\.onnx: expected input token_ids int32 \[R\], found no such input/,
    );
  });

  it('is refused when its manifest does not list the graph or the tokenizer', async () => {
    const dir = await readerCopy();
    await editManifest(dir, (manifest) => delete manifest.files['reading-tokenizer.json']);
    expect(await refusal(dir)).toBe(
      'manifest.json: expected files to list reading-tokenizer.json with its sha256, found no such entry',
    );
  });

  it('is refused when the graph tells other labels than the manifest lists', async () => {
    const dir = await readerCopy();
    await editManifest(dir, (manifest) => manifest.reading!.labels.roles.push('beside'));
    expect(await refusal(dir)).toBe(
      'read.onnx: expected output roles float32 [R, 15], found float32 [R, 14]',
    );
  });

  it('is refused when its labels of things are not the bundle’s categories', async () => {
    const dir = await readerCopy();
    const path = join(dir, 'manifest.json');
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace('"categories":["wall"', '"categories":["barn"'),
    );
    expect(await refusal(dir)).toMatch(
      /^manifest\.json: expected a valid reading\.labels\.things, found must be nothing, other, barn/,
    );
  });

  it('of format 1 is refused', async () => {
    const dir = await readerCopy();
    const path = join(dir, 'manifest.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"format":2', '"format":1'));
    expect(await refusal(dir)).toBe(
      'manifest.json: expected a valid reading, found format 1 has no section reading',
    );
  });
});
