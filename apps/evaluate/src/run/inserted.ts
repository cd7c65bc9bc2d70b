import { firstWord, numberIn } from '@loci/scoring';
import type { Inserted } from '../dataset/dataset.js';

/** Question types whose answer is a moment. */
export const MOMENT_TYPES = new Set(['object_first_seen']);

const MOMENT = /\b\d+(?:\.\d+)?(?= seconds\b)/g;

/** A question about the clip, put to the longer one: the moments that it names are moved. */
export const withMovedMoments = (question: string, { atS, seconds }: Inserted): string =>
  question.replace(MOMENT, (moment) => String(Number(moment) + (Number(moment) < atS ? 0 : seconds)));

/** An answer about the longer clip in the terms of the clip: a moment that it tells is moved back. */
export function withMomentMovedBack(
  questionType: string,
  prediction: string,
  { atS, seconds }: Inserted,
): string {
  const moment = MOMENT_TYPES.has(questionType) ? numberIn(firstWord(prediction)) : null;
  if (moment === null || moment < atS) return prediction;
  return String(Math.max(atS, moment - seconds));
}
