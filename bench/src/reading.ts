import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { composeQuestion, readingOf, type ReadingManifest } from '@loci/answering';
import { CommandError, inRoot, runCommand } from '@loci/host';
import { openEngine, type Bundle } from '@loci/inference';
import { z } from 'zod';
import { loadDefaultBundle } from './bundle.js';
import { median, percentile } from './statistics.js';

const QUESTIONS = inRoot('samples', 'own-words-validation', 'questions.jsonl');
const questionSchema = z.object({ question: z.string(), options: z.array(z.string()).nullable() });
type Question = z.infer<typeof questionSchema>;

/** The bar for the median, in milliseconds. */
const MAX_MS = 20;
/** Of a walk of a minute that never stands still. */
const CLOCK = {
  ...{ startS: 0, firstStateS: 15.5, durationS: 60, lastS: 60 },
  memoryS: (videoS: number) => videoS,
};

/**
 * `npm run bench:reading`: what reading a question adds to an answer: tokenizer, read graph and the canonical
 * question, on one thread.
 */
await runCommand(async (say) => {
  const count = readCount();
  const bundle = await loadDefaultBundle();
  const lines = (await readFile(QUESTIONS, 'utf8')).trim().split('\n');
  const asked = lines.slice(0, count).map((line) => questionSchema.parse(JSON.parse(line)));
  say(`reading ${asked.length} questions with ${bundle.manifest.name}`);
  const milliseconds = await readEach(asked, bundle);
  const middle = median(milliseconds);
  console.log(`reading adds to an answer: median ${middle.toFixed(1)} ms (wanted: at most ${MAX_MS})`);
  console.log(`99 of 100 are read within ${percentile(milliseconds, 0.99).toFixed(1)} ms`);
  return middle <= MAX_MS ? 0 : 1;
});

/** How many questions are read; all without `--questions`. */
function readCount(): number {
  const { values } = parseArgs({ options: { questions: { type: 'string' } } });
  const count = values.questions === undefined ? Infinity : Number(values.questions);
  if (!(count >= 1)) throw new CommandError('--questions must be a count.');
  return count;
}

/** The time that reading each question takes. */
async function readEach(asked: readonly Question[], bundle: Bundle): Promise<number[]> {
  const { reading: tokenizer, manifest } = bundle;
  const { reading } = manifest;
  if (tokenizer === null || reading === undefined)
    throw new CommandError(`${manifest.name} has no reader; there is nothing to measure.`);
  const known: ReadingManifest = { ...manifest, reading };
  const engine = await openEngine(bundle, { executionProviders: ['cpu'], threads: 1 });
  try {
    const milliseconds: number[] = [];
    for (const { question, options } of asked) {
      const started = performance.now();
      const { texts, ...input } = tokenizer.encode(question, options);
      const read = readingOf(texts, await engine.read(input), reading);
      composeQuestion({ reading: read, question, options, clock: CLOCK, manifest: known });
      milliseconds.push(performance.now() - started);
    }
    return milliseconds;
  } finally {
    await engine.close();
  }
}
