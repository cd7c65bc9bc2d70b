import { listed, refuse } from '../reading/refusals.js';
import { refusedAnswer } from '../reading/answer.js';
import type { ComposedAnswer } from '../answer.js';
import { sigmoid } from '../confidence.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import type { AskerParts } from './asker.js';
import { answerOf } from './finding.js';

/**
 * Below this probability a thing that was asked about is not answered for. Of the shipped model's validation
 * walks, only what not one token showed is below it.
 */
export const SURELY_UNSEEN = 0.02;

/** So many things there are at least to choose from. */
export const CHOICE = 2;

const COUNTING = 'object_counting';

/** ln(1 + tokens) that showed a category up to the question's moment; null where nobody counted. */
export function perceived(
  category: string,
  { seen, manifest }: Pick<AskerParts, 'seen' | 'manifest'>,
): number | null {
  return seen === null ? null : Math.log1p(seen[manifest.categories.indexOf(category)] ?? 0);
}

/**
 * The answer to a question that takes a thing to be there which the video did not show, or leaves no two
 * things to choose from that it may have shown: there is none, and nothing else can be said. Null of others.
 */
export function answerUnseen(question: CanonicalQuestion, parts: AskerParts): ComposedAnswer | null {
  const { manifest } = parts;
  const weights = manifest.calibration.seen;
  if (weights === undefined) return null;
  const probabilityOf = (category: string): number => {
    const tokens = perceived(category, parts);
    return tokens === null ? 1 : sigmoid(weights.bias + weights.tokens * tokens);
  };
  const isUnseen = (category: string) => probabilityOf(category) < SURELY_UNSEEN;
  const choosable = question.candidates.filter((category) => !isUnseen(category));
  const unseen = [...question.presupposed, ...(choosable.length < CHOICE ? question.candidates : [])].filter(
    isUnseen,
  );
  if (unseen.length === 0) return null;
  if (question.task === COUNTING) {
    const confidence = 1 - Math.max(...unseen.map(probabilityOf));
    const none = { value: 0, unit: null, text: '0', parts: [], trace: [], confidence };
    return answerOf(none, question, parts);
  }
  const refusal = refuse('not_seen', manifest, listed(unseen, ' or '));
  return refusedAnswer({ refusal, understood: question.understood }, parts);
}
