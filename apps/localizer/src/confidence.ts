import { confidenceOf, confidenceTerms } from '@loci/answering';
import { manifestSchema } from '@loci/contracts';
import { rows } from '@loci/tensors';
import { z } from 'zod';
import type { Reply, Request } from './method.js';
import { firstAxis, floats } from './tensor-arguments.js';

const { tokens, tasks, categories, calibration } = manifestSchema.shape;
const argumentsSchema = z.object({
  texts: z.array(z.string()),
  manifest: z.object({ tokens, tasks, categories, calibration }),
});

/**
 * The terms of many answers' confidence, and the confidence that the manifest's calibration makes of them.
 */
export function confidence({ arguments: given, tensors }: Request): Reply {
  const { texts, manifest } = argumentsSchema.parse(given);
  const logProbabilities = floats(tensors, 'log_probabilities', [texts.length, null]);
  const width = logProbabilities.length / Math.max(1, firstAxis(tensors, 'log_probabilities'));
  const answers = texts.map((text, row) => {
    const terms = confidenceTerms(
      { text, logProbabilities: rows(logProbabilities, width, row, row + 1) },
      manifest,
    );
    return terms && { ...terms, confidence: confidenceOf(terms, manifest) };
  });
  return { result: { answers } };
}
