import { answerFault, RandomQuestions, seeded, WorkerHarness } from '@loci/harness';
import { expect, it } from 'vitest';
import { sampleOf } from './harness.js';

const QUESTIONS = 80;

it(
  'whatever is asked, no answer holds special or trace tokens, or is of another kind than its task',
  {
    timeout: 300_000,
  },
  async () => {
    const harness = await WorkerHarness.open();
    try {
      const questions = new RandomQuestions(harness.bundle.manifest, seeded(5));
      const asks = Array.from({ length: QUESTIONS }, () => questions.next());
      const clip = await sampleOf(harness, 28);
      await harness.startWorker();
      const { answers } = await harness.result(await harness.submit(clip, asks));
      const faults = asks.map((ask, index) => answerFault(ask, answers[index], harness.bundle.manifest));
      expect(faults.filter((fault) => fault !== null)).toEqual([]);
      // the memory is filled, and some of the questions are answered from it
      expect(answers.filter((answer) => (answer as { supported: boolean }).supported).length).toBeGreaterThan(
        9,
      );
    } finally {
      await harness.close();
    }
  },
);
