import type { Answer } from '@loci/contracts';
import { exactMatch, predictionOf, QUESTION_TYPES, scoreAnswer, taskOf } from '@loci/scoring';
import type { EvalQuestion, Inserted } from '../dataset/dataset.js';
import type { AnswerRow, VideoFacts } from './answers-file.js';
import { withMomentMovedBack } from './inserted.js';

/** The score of a prediction, 0 to 1: VSI-Bench's and VSTI-Bench's own metric, or else the exact match. */
export function scoreOf(
  { questionType, truths, options }: Pick<EvalQuestion, 'questionType' | 'truths' | 'options'>,
  prediction: string,
): number {
  const [truth] = truths;
  if (truth === undefined) return 0;
  if (!QUESTION_TYPES.includes(questionType)) return exactMatch(prediction, truths);
  if (options === null && taskOf(questionType).kind === 'choice')
    return plainWords(prediction) === plainWords(truth) ? 1 : 0;
  return scoreAnswer(questionType, prediction, truth);
}

/** Words to compare an option by that stands in the question only. */
const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * The row of a question that was answered.
 * @param inserted what the video was given beside what the question is about
 */
export function answeredRow(
  asked: EvalQuestion,
  answer: Answer,
  latencyS: number | null,
  video: VideoFacts | null,
  inserted: Inserted | null = null,
): AnswerRow {
  const told = predictionOf(asked.questionType, answer);
  const prediction = inserted === null ? told : withMomentMovedBack(asked.questionType, told, inserted);
  return {
    ...questionFacts(asked, video),
    status: 'answered',
    reason: null,
    prediction,
    score: scoreOf(asked, prediction),
    latency_s: latencyS,
    confidence: answer.confidence,
    supported: answer.supported,
    refusal: answer.reason,
    understood: answer.understood,
    out_of_domain: answer.out_of_domain,
  };
}

/** The row of a question that could not be answered. It counts as wrong. */
export function failedRow(asked: EvalQuestion, reason: string, video: VideoFacts | null): AnswerRow {
  return {
    ...questionFacts(asked, video),
    status: 'failed',
    reason,
    prediction: '',
    score: 0,
    latency_s: null,
    confidence: null,
    supported: null,
    refusal: null,
    understood: null,
    out_of_domain: null,
  };
}

const questionFacts = (
  { id, scene, questionType, question, options, truths }: EvalQuestion,
  video: VideoFacts | null,
) => ({ id, scene, question_type: questionType, question, options, truths, video });
