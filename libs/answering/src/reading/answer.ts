import { composeAnswer, type AnswerParts, type ComposedAnswer } from '../answer.js';
import { optionLetter } from '../prompt.js';
import { decodedWords, holdsTraceWords } from '../trace.js';
import type { CanonicalQuestion, RefusedQuestion } from './compose.js';
import { refuse, type ReadingManifest } from './refusals.js';
import { inUnit } from './units.js';

type Tokens = Pick<AnswerParts['manifest'], 'tokens'>;
type Novelty = Pick<AnswerParts, 'novelty'> & { manifest: Pick<AnswerParts['manifest'], 'out_of_domain'> };

/** The answer of a question that is not asked: no number, no choice, not sure at all. */
export const refusedAnswer = (
  { refusal, understood }: RefusedQuestion,
  { novelty, manifest }: Novelty,
): ComposedAnswer => ({
  text: refusal.message,
  kind: 'text',
  value: null,
  unit: null,
  choice: null,
  confidence: 0,
  trace: [],
  out_of_domain: { score: novelty, flag: novelty > manifest.out_of_domain.threshold },
  supported: false,
  understood,
  reason: refusal.reason,
  message: refusal.message,
  evidence: [],
});

/**
 * The answer of a question that was read. A number is in the unit asked for; a choice is a letter where the
 * person gave options, else the option in words. What the decoder wrote must be of the task that was read and
 * of its kind: else there is no answer.
 */
export function readAnswer(
  asked: CanonicalQuestion,
  parts: Omit<AnswerParts, 'options' | 'manifest'> & { manifest: AnswerParts['manifest'] & ReadingManifest },
): ComposedAnswer {
  const { manifest, text } = parts;
  const { understood, options, hasGiven } = asked;
  const answer = { ...composeAnswer({ ...parts, options }), understood };
  const definition = manifest.tasks[asked.task];
  const isSound = answer.supported && isOfTask(text, asked.task, manifest) && !holdsTraceWords(answer.text);
  if (definition === undefined || !isSound)
    return {
      ...refusedAnswer({ refusal: refuse('unclear', manifest), understood }, parts),
      trace: answer.trace,
      evidence: answer.evidence,
    };
  if (answer.value !== null)
    return {
      ...answer,
      ...inUnit(
        { value: answer.value, text: answer.text },
        understood.unit,
        definition,
        manifest.reading.units,
      ),
    };
  if (answer.choice === null) return answer;
  if (hasGiven) return { ...answer, text: answer.choice };
  const option = options?.find((_, index) => optionLetter(index) === answer.choice) ?? '';
  return { ...answer, kind: 'text', choice: null, text: option };
}

/** Whether the decoder named this task, once, and no other. */
function isOfTask(text: string, task: string, manifest: Pick<ReadingManifest, 'tasks'> & Tokens): boolean {
  const { words, answerEnd } = decodedWords(text, manifest);
  const tokens = new Set(Object.values(manifest.tasks).map(({ token }) => token));
  const named = words.slice(0, answerEnd).filter((word) => tokens.has(word));
  return named.length === 1 && named[0] === manifest.tasks[task]?.token;
}
