import type { Answer } from '@loci/contracts';

const THRESHOLDS = Array.from({ length: 10 }, (_, index) => 0.5 + 0.05 * index);
/** Absorbs the rounding of the thresholds, so that an error of exactly 1 − θ counts. */
const EPSILON = 1e-9;

/**
 * Mean relative accuracy, 0 to 1 (VSI-Bench's measure of numbers): the share of θ in 0.50, 0.55 … 0.95 at which the
 * relative error is ≤ 1 − θ.
 */
export function meanRelativeAccuracy(predicted: number, truth: number): number {
  const error = truth === 0 ? Math.abs(predicted) * Infinity || 0 : Math.abs(predicted - truth) / Math.abs(truth);
  return THRESHOLDS.filter((theta) => error <= 1 - theta + EPSILON).length / THRESHOLDS.length;
}

export interface Score {
  /** Right letter; a number whose mean relative accuracy is at least one half. */
  right: boolean;
  /** Of numbers only. */
  mra: number | null;
}

/** An answer against its truth (a letter or a number, as text). */
export function score(answer: Answer, truth: string): Score {
  const number = Number(truth);
  if (answer.kind === 'choice' || Number.isNaN(number)) {
    const given = answer.choice ?? answer.text;
    return { right: given.trim().toLowerCase() === truth.trim().toLowerCase(), mra: null };
  }
  const mra = answer.value === null ? 0 : meanRelativeAccuracy(answer.value, number);
  return { right: mra >= 0.5, mra };
}
