import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readingOf, type Mention } from '@loci/answering';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadBundle, openEngine, type Bundle, type Engine } from '../src/index.js';
import { NANO } from './tiny-bundle.js';

/** Written by hand for the reader's training code, which reads the same file. */
const readingsSchema = z.array(
  z.object({
    question: z.string(),
    options: z.array(z.string()),
    task: z.string(),
    reason: z.string(),
    unit: z.string(),
    mentions: z.array(z.array(z.tuple([z.string(), z.string(), z.string()]))),
    /** Marks what the shipped reader does not read yet. */
    misread: z.boolean().default(false),
  }),
);
type Case = z.infer<typeof readingsSchema>[number];
/** A text's words with the ids of their tokens, as the training code's tokenizer gives them. */
const tokensSchema = z.array(
  z.object({ text: z.string(), words: z.array(z.tuple([z.number(), z.number(), z.array(z.number())])) }),
);
const FIXTURES = join(import.meta.dirname, '../../../training/tests');
const fixture = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(FIXTURES, name), 'utf8'));

describe('The shipped reader', { timeout: 120_000 }, () => {
  let bundle: Bundle;
  let engine: Engine;
  beforeAll(async () => {
    bundle = await loadBundle(NANO);
    engine = await openEngine(bundle, { executionProviders: ['cpu'], threads: 1 });
  });
  afterAll(() => engine.close());

  it('has its words cut as in its training', async () => {
    for (const { text, words } of tokensSchema.parse(await fixture('reading-tokens.json'))) {
      const ids = bundle.reading?.encode(text, null).tokenIds ?? [];
      expect([...ids].slice(1, -1), text).toEqual(words.flatMap(([, , tokens]) => tokens));
    }
  });

  it('reads what was written by hand as its training does: task, unit and things', async () => {
    const cases = readingsSchema.parse(await fixture('readings.json'));
    const wrong: string[] = [];
    for (const { question, options, ...wanted } of cases.filter(({ misread }) => !misread)) {
      const found = await reading(question, options);
      const isRead =
        wanted.task === 'none' ? found.task === 'none' : isDeepStrictEqual(found, essence(wanted));
      if (!isRead) wrong.push(question);
    }
    expect(wrong).toEqual([]);
  });

  async function reading(question: string, options: string[]) {
    const { manifest, reading: tokenizer } = bundle;
    if (manifest.reading === undefined || tokenizer === null) throw new Error('the bundle has no reader');
    const { texts, ...input } = tokenizer.encode(question, options);
    const { task, unit, mentions } = readingOf(texts, await engine.read(input), manifest.reading);
    return {
      task: task ?? 'none',
      unit: unit ?? 'none',
      mentions: texts.map((_, source) => used(mentions, source)),
    };
  }
});

/** The mentions of a text that have a role, as the fixture has them. */
const used = (mentions: readonly Mention[], source: number) =>
  mentions
    .filter((mention) => mention.source === source && mention.role !== 'none')
    .map(({ text, thing, role }) => [text, thing ?? 'nothing', role]);

/** What is compared of a case. */
const essence = ({ task, unit, mentions }: Pick<Case, 'task' | 'unit' | 'mentions'>) => ({
  ...{ task, unit, mentions },
});
