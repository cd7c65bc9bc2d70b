/** A mean score and its standard error. */
export interface Estimate {
  /** 0 to 1. */
  score: number;
  /** Of the mean, with questions as independent samples; null for a single question. */
  standardError: number | null;
  questions: number;
}

/**
 * The mean of questions' scores.
 * @throws RangeError without any
 */
export function estimate(scores: readonly number[]): Estimate {
  const questions = scores.length;
  if (questions === 0) throw new RangeError('no scores to average');
  const score = sum(scores) / questions;
  const variance = sum(scores.map((each) => (each - score) ** 2)) / (questions - 1);
  return { score, standardError: questions < 2 ? null : Math.sqrt(variance / questions), questions };
}

/** The unweighted mean of estimates: each counts once, whatever its number of questions. Null without any. */
export function unweighted(estimates: readonly Estimate[]): Estimate | null {
  const [first] = estimates;
  if (first === undefined) return null;
  const errors = estimates.map(({ standardError }) => standardError);
  const known = errors.filter((error) => error !== null);
  return {
    score: sum(estimates.map(({ score }) => score)) / estimates.length,
    standardError:
      known.length < errors.length
        ? null
        : Math.sqrt(sum(known.map((error) => error ** 2))) / estimates.length,
    questions: sum(estimates.map(({ questions }) => questions)),
  };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
