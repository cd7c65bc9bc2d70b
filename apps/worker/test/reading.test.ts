import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  answerSchema,
  manifestSchema,
  readingSchema,
  type Answer,
  type Ask,
  type Manifest,
} from '@loci/contracts';
import { WorkerHarness } from '@loci/harness';
import { inRoot } from '@loci/host';
import { temporaryFolder } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleOf } from './harness.js';

const READER = inRoot('libs/inference/test/fixtures/reader');
const SECONDS = 20;
const PATIENCE_MS = 300_000;

const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

/** The shipped model without its reader. */
async function shippedWithoutReader(dir: string): Promise<Manifest> {
  await cp(inRoot('models/loci-nano'), dir, { recursive: true });
  const { reading, ...manifest } = manifestSchema.parse(await json(join(dir, 'manifest.json')));
  const own = [reading?.graph, reading?.tokenizer].filter((file) => file !== undefined);
  for (const name of own) await rm(join(dir, name));
  manifest.files = Object.fromEntries(Object.entries(manifest.files).filter(([name]) => !own.includes(name)));
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return manifest;
}

/** The shipped model with the toy reader of libs/inference. All answers are the graph’s: none is measured. */
async function shippedWithToyReader(dir: string): Promise<void> {
  const manifest = await shippedWithoutReader(dir);
  const reading = readingSchema.parse(await json(join(READER, 'reading.json')));
  for (const name of [reading.graph, reading.tokenizer]) {
    const bytes = await readFile(join(READER, name));
    await writeFile(join(dir, name), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    manifest.files[name] = { sha256, bytes: bytes.length };
  }
  const calibration = { ...manifest.calibration, measured: {} };
  await writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, reading, calibration }));
}

describe('questions in anybody’s words', { timeout: PATIENCE_MS }, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let plain: Answer[];
  let read: Answer[];

  const CANONICAL: Ask[] = [
    { question: 'How many beds are there in this home?' },
    { question: 'What is the floor area of this room (in square meters)?' },
    {
      question:
        'Measured between closest points, which of these objects is nearest to the table: ' +
        'door, television, shelf or lamp?',
      options: ['door', 'television', 'shelf', 'lamp'],
    },
  ];
  const OWN: Ask[] = [
    { question: 'count the beds in the flat' },
    { question: 'Floor area, sqft' },
    { question: 'nearest to the desk', options: ['B-door', 'the telly', 'shelf', 'a lamp'] },
    { question: 'nearest to the desk: door, telly, shelf, lamp' },
    { question: 'any couch?' },
    { question: 'hello' },
    { question: 'Wie viele chairs?', options: ['one', 'two'] },
    { question: 'How many unicorns are there?' },
    { question: 'nearest to the desk?' },
    { question: 'how far is the bed at 900 seconds' },
    { question: 'how far is the bed at 900 seconds', as_of_s: 16 },
    { question: '…' },
    { question: 'count the couches in the flat' },
  ];

  async function answersOf(modelDir: string, asks: Ask[]): Promise<Answer[]> {
    const harness = await WorkerHarness.open(modelDir);
    try {
      const clip = await sampleOf(harness, SECONDS);
      await harness.startWorker();
      const result = await harness.result(await harness.submit(clip, asks));
      expect(result.status).toBe('succeeded');
      const schema = answerSchema.omit({ evidence: true });
      return result.answers.map((answer) => ({ ...schema.parse(answer), evidence: [] }));
    } finally {
      await harness.close();
    }
  }

  beforeAll(async () => {
    folder = await temporaryFolder('reading');
    await shippedWithoutReader(join(folder.path, 'plain'));
    await shippedWithToyReader(join(folder.path, 'toy'));
    plain = await answersOf(join(folder.path, 'plain'), CANONICAL);
    read = await answersOf(join(folder.path, 'toy'), OWN);
  }, PATIENCE_MS);
  afterAll(() => folder.remove());

  it('asked of a model without a reader reach it as they are', () => {
    for (const answer of plain)
      expect(answer).toMatchObject({ understood: null, reason: null, message: null });
  });

  it('have the answer of their canonical wording', () => {
    const [count, area] = plain;
    expect(read[0]).toMatchObject({
      ...{ value: count?.value, confidence: count?.confidence, trace: count?.trace, supported: true },
      understood: {
        task: 'object_counting',
        question: CANONICAL[0]?.question,
        things: [{ text: 'beds', category: 'bed', role: 'target' }],
        ...{ unit: null, moments: [] },
      },
    });
    expect(read[1]).toMatchObject({ unit: 'ft2', confidence: area?.confidence });
    expect(read[1]?.value).toBeCloseTo((area?.value ?? 0) / 0.09290304, -1);
  });

  it('name the person’s own option, or where none were given say it in words', () => {
    const [, , nearest] = plain;
    expect(read[3]).toMatchObject({ kind: 'text', choice: null, value: null, supported: true });
    expect(['door', 'television', 'shelf', 'lamp'].indexOf(read[3]?.text ?? '')).toBe(
      'ABCD'.indexOf(nearest?.choice ?? ''),
    );
    expect(read[2]).toMatchObject({ kind: 'choice', understood: { question: CANONICAL[2]?.question } });
    expect(read[2]?.choice).toMatch(/^[A-D]$/);
  });

  it('have an answer that is composed of others where the model has no such task', () => {
    expect(read[4]).toMatchObject({
      ...{ kind: 'text', value: null, unit: null, choice: null, supported: true, reason: null },
      understood: { task: 'object_existence', things: [{ text: 'couch', category: 'sofa' }] },
    });
    expect(read[4]?.text).toMatch(/^(yes|no)$/);
    expect(read[4]?.confidence).toBeGreaterThanOrEqual(0.5);
  });

  it('about a thing that the clip does not show count none', () => {
    expect(read.at(-1)).toMatchObject({
      ...{ kind: 'number', value: 0, text: '0', trace: [], supported: true, reason: null },
      understood: { things: [{ text: 'couches', category: 'sofa', role: 'target' }] },
    });
    expect(read.at(-1)?.confidence).toBeGreaterThan(0.95);
  });

  it('that have no answer are refused with the reason, a sentence and nothing else', () => {
    const refused = read.slice(5, -1);
    expect(refused.map(({ reason }) => reason)).toEqual([
      ...['no_question', 'other_language', 'unknown_thing', 'not_answered_yet'],
      ...['moment_outside', 'moment_outside', 'no_question'],
    ]);
    for (const answer of refused) {
      expect(answer).toMatchObject({
        ...{
          supported: false,
          kind: 'text',
          value: null,
          unit: null,
          choice: null,
          confidence: 0,
          trace: [],
        },
        text: answer.message,
      });
      expect(answer.message).toMatch(/^[A-Z“].*\.$/);
    }
    expect(read[10]?.message).toMatch(/ask about 0 to 16 seconds/);
  });
});
