import type { Answer } from '@loci/contracts';
import { meanRelativeAccuracy } from '@loci/scoring';

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
