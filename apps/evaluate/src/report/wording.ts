import { benchmarkChange, benchmarkScore } from '@loci/scoring';
import { meaningPairs } from '../dataset/canonical.js';
import type { JudgedAnswer } from './judge.js';

/** Averages over VSI-Bench's tasks of questions in own words and of the wordings that mean the same. */
export interface WordingScores {
  own_words: number;
  canonical: number;
  /** In points, from the canonical wording to own words. */
  change: number;
  /** Taking videos as independent; null when they are too few. */
  standard_error: number | null;
  questions: number;
}

/**
 * Compares answers to questions in own words with those to their canonical wordings.
 * @returns null where no question was asked both ways
 */
export function wordingScores(
  own: readonly JudgedAnswer[],
  canonical: readonly JudgedAnswer[],
): WordingScores | null {
  const questionsOf = (judged: readonly JudgedAnswer[]) => judged.map(({ question }) => question);
  const pairs = meaningPairs(questionsOf(own), questionsOf(canonical)).flatMap(([index, place]) => {
    const [after, before] = [own[index], canonical[place]];
    if (after === undefined || before === undefined) return [];
    const { questionType, scene: video } = after.question;
    return [{ questionType, video, before: before.score, after: after.score }];
  });
  const macroOf = (which: 'before' | 'after') =>
    benchmarkScore(
      'vsi-bench',
      pairs.map(({ questionType, ...scores }) => ({ questionType, score: scores[which] })),
    )?.macro.score ?? 0;
  const macro = benchmarkChange('vsi-bench', pairs)?.macro;
  if (macro === undefined) return null;
  return {
    own_words: 100 * macroOf('after'),
    canonical: 100 * macroOf('before'),
    change: 100 * macro.change,
    standard_error: macro.standardError === null ? null : 100 * macro.standardError,
    questions: macro.questions,
  };
}
