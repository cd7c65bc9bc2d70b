import { meanRelativeAccuracy } from './relative-accuracy.js';
import { taskOf } from './tasks.js';

/** What the benchmarks compare: the first word, without the dots at its end. */
export const firstWord = (answer: string): string =>
  (answer.trim().split(/\s+/)[0] ?? '').replace(/\.+$/, '');

/** As Python's float() reads it, but for the forms that no model means: no hexadecimal, no infinity, and '' is not 0. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The number that a word is; null when it is none. */
export function numberIn(word: string): number | null {
  const value = NUMBER.test(word) ? Number(word) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/**
 * The score of an answer, 0 to 1, as VSI-Bench and VSTI-Bench post-process it. `truth` is the letter of a choice (in
 * VSTI-Bench `mc_answer`, not `ground_truth`), or a number as text. Throws RangeError for an unknown question type, or
 * when the truth of a number task is none.
 */
export function scoreAnswer(questionType: string, answer: string, truth: string): number {
  const word = firstWord(answer);
  if (taskOf(questionType).kind === 'choice')
    return word.toLowerCase() === truth.trim().toLowerCase() ? 1 : 0;
  const wanted = numberIn(truth.trim());
  if (wanted === null) throw new RangeError(`the truth of a ${questionType} question is no number: ${truth}`);
  const given = numberIn(word);
  return given === null ? 0 : meanRelativeAccuracy(given, wanted);
}
