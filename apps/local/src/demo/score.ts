import type { Answer } from '@loci/contracts';
import { meanRelativeAccuracy } from '@loci/scoring';

export interface Score {
  /** The letter is right, or the number's mean relative accuracy is at least one half. */
  right: boolean;
  /** Mean relative accuracy, 0 to 1; null for letters. */
  mra: number | null;
}

/** Scores an answer against its truth, a letter or a number as text. */
export function score(answer: Answer, truth: string): Score {
  const number = Number(truth);
  if (answer.kind === 'choice' || Number.isNaN(number)) {
    const given = answer.choice ?? answer.text;
    return { right: given.trim().toLowerCase() === truth.trim().toLowerCase(), mra: null };
  }
  const mra = answer.value === null ? 0 : meanRelativeAccuracy(answer.value, number);
  return { right: mra >= 0.5, mra };
}
