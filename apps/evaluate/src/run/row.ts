import type { Answer } from '@loci/contracts';
import { exactMatch, QUESTION_TYPES, scoreAnswer } from '@loci/scoring';
import type { EvalQuestion } from '../dataset/dataset.js';
import type { AnswerRow, VideoFacts } from './answers-file.js';

/** The score of a prediction, 0 to 1: VSI-Bench's and VSTI-Bench's own metric, or else the exact match. */
export function scoreOf(
  { questionType, truths }: Pick<EvalQuestion, 'questionType' | 'truths'>,
  prediction: string,
): number {
  const [truth] = truths;
  if (truth === undefined) return 0;
  return QUESTION_TYPES.includes(questionType)
    ? scoreAnswer(questionType, prediction, truth)
    : exactMatch(prediction, truths);
}

/** The row of a question that was answered. */
export function answeredRow(
  asked: EvalQuestion,
  answer: Answer,
  latencyS: number | null,
  video: VideoFacts | null,
): AnswerRow {
  const prediction = answer.choice ?? answer.text;
  return {
    ...questionFacts(asked, video),
    status: 'answered',
    reason: null,
    prediction,
    score: scoreOf(asked, prediction),
    latency_s: latencyS,
    confidence: answer.confidence,
    supported: answer.supported,
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
    out_of_domain: null,
  };
}

const questionFacts = (
  { id, scene, questionType, question, options, truths }: EvalQuestion,
  video: VideoFacts | null,
) => ({ id, scene, question_type: questionType, question, options, truths, video });
