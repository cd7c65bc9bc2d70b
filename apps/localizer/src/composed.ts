import { answerQuestion, composeQuestion, type AskGraph, type PutQuestion } from '@loci/answering';
import { manifestSchema, poseSchema, readingSchema } from '@loci/contracts';
import { rows } from '@loci/tensors';
import { z } from 'zod';
import type { Reply, Request } from './method.js';
import { firstAxis, floats } from './tensor-arguments.js';

const { tokens, tasks, categories, background, unsupported_tasks, calibration, out_of_domain } =
  manifestSchema.shape;
const putSchema = z.object({
  task: z.string().nullable(),
  question: z.string(),
  options: z.array(z.string()).nullable(),
});
const argumentsSchema = z.object({
  manifest: z.object({
    ...{ tokens, tasks, categories, background, unsupported_tasks, calibration, out_of_domain },
    reading: readingSchema,
  }),
  task: z.string(),
  question: z.string(),
  options: z.array(z.string()).nullable(),
  things: z.array(z.object({ thing: z.string(), role: z.string(), source: z.int().nonnegative() })),
  seconds: z.number().positive(),
  novelty: z.number(),
  seen: z.array(z.number()).nullable(),
  last_seen_s: z.array(z.number().nullable()).nullable(),
  last_pose: poseSchema.nullable(),
  asked: z.array(z.object({ put: putSchema, text: z.string() })),
});

/** A question that the answer graph has not been asked yet. */
class Wanted extends Error {
  constructor(readonly put: PutQuestion) {
    super('the answer graph has not been asked');
  }
}

const keyOf = ({ task, question, options }: PutQuestion): string => JSON.stringify([task, question, options]);

/**
 * The answer to a question whose reading is given, composed of what the answer graph wrote; or what it is to
 * be asked next.
 */
export async function composed({ arguments: given, tensors }: Request): Promise<Reply> {
  const { manifest, task, question, options, things, seconds, asked, ...memory } =
    argumentsSchema.parse(given);
  const logProbabilities = floats(tensors, 'log_probabilities', [asked.length, null]);
  const width = logProbabilities.length / Math.max(1, firstAxis(tensors, 'log_probabilities'));
  const written = new Map(
    asked.map(({ put, text }, row) => [
      keyOf(put),
      { text, logProbabilities: rows(logProbabilities, width, row, row + 1), evidence: [] },
    ]),
  );
  const clock = {
    ...{ startS: 0, firstStateS: 0, durationS: seconds, lastS: Math.floor(seconds) },
    memoryS: (videoS: number) => videoS,
  };
  const ask: AskGraph = (put) => {
    const known = written.get(keyOf(put));
    return known === undefined ? Promise.reject(new Wanted(put)) : Promise.resolve(known);
  };
  const mentions = things.map((each) => ({ ...each, text: each.thing, start: 0, end: 0 }));
  const read = { task, reason: null, unit: null, mentions };
  const canonical = composeQuestion({ reading: read, question, options, clock, manifest });
  if ('refusal' in canonical) return { result: { refusal: canonical.refusal.reason } };
  try {
    const { novelty, seen, last_seen_s: lastSeenS, last_pose: lastPose } = memory;
    const parts = { ask, clock, manifest, novelty, seen, lastSeenS, lastPose, poseAt: null };
    const { text, value, choice, confidence, reason } = await answerQuestion(canonical, parts);
    return { result: { answer: { text, value, choice, confidence, reason } } };
  } catch (error) {
    if (error instanceof Wanted) return { result: { wanted: error.put } };
    throw error;
  }
}
