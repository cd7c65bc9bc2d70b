import { parseArgs } from 'node:util';
import type { Ask } from '@loci/contracts';
import { answerFault, RandomQuestions, sampleClip, seeded, WorkerHarness } from '@loci/harness';

// `npm run check-answers`: asks a filled memory random questions (words, symbols, other languages, special
// tokens, injections). No answer may hold a special or trace token, or be of another kind than its task.

/** Questions of one job. */
const BATCH = 250;
const BATCH_LIMIT_MS = 1_800_000;

interface Judged {
  asked: number;
  answered: number;
  faults: string[];
}

/** Asks the memory of a clip so many questions; a tenant has one memory of a clip. */
async function judge(harness: WorkerHarness, count: number, next: () => Ask): Promise<Judged> {
  const clip = await harness.storeClip(await sampleClip());
  const judged: Judged = { asked: 0, answered: 0, faults: [] };
  while (judged.asked < count) {
    const asks = Array.from({ length: Math.min(BATCH, count - judged.asked) }, next);
    const { answers } = await harness.result(await harness.submit(clip, asks, 'random'), BATCH_LIMIT_MS);
    for (const [index, ask] of asks.entries()) {
      const answer = answers[index];
      const fault = answerFault(ask, answer, harness.bundle.manifest);
      if (fault !== null) judged.faults.push(`${fault}: ${JSON.stringify({ ask, answer })}`);
      judged.answered += isSupported(answer) ? 1 : 0;
    }
    judged.asked += asks.length;
    console.log(`${judged.asked} asked, ${judged.answered} answered, ${judged.faults.length} at fault`);
  }
  return judged;
}

const isSupported = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'supported' in answer && answer.supported === true;

/** Returns whether every answer was without a fault. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      questions: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const harness = await WorkerHarness.open();
  try {
    await harness.startWorker();
    const questions = new RandomQuestions(harness.bundle.manifest, seeded(Number(values.seed)));
    const { faults } = await judge(harness, Number(values.questions), () => questions.next());
    for (const fault of faults) console.log(fault);
    return faults.length === 0;
  } finally {
    await harness.close();
  }
}

process.exitCode = (await main()) ? 0 : 1;
