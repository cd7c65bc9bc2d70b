import { meanRelativeAccuracy } from './relative-accuracy.js';
import { taskOf } from './tasks.js';

/** The text that the benchmarks compare: the first word, without dots at its end. */
export const firstWord = (answer: string): string =>
  (answer.trim().split(/\s+/)[0] ?? '').replace(/\.+$/, '');

/** Numbers as Python's float() reads them, but without hexadecimal, infinity and the empty text. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The value of a word; null when it is no number. */
export function numberIn(word: string): number | null {
  const value = NUMBER.test(word) ? Number(word) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** What is wrong with a truth: it is no number, or none of the options' letters; null where nothing is. */
export function truthFault(
  questionType: string,
  truth: string,
  options: readonly string[] | null,
): string | null {
  if (taskOf(questionType).kind === 'number')
    return numberIn(truth) === null ? `ground_truth: ${truth} is no number` : null;
  if (options === null || options.length < 2) return 'options: a choice needs at least two';
  const letter = truth.toUpperCase();
  const index = /^[A-Z]$/.test(letter) ? letter.charCodeAt(0) - 'A'.charCodeAt(0) : options.length;
  return index < options.length ? null : `${letter} is none of the letters of ${options.length} options`;
}

/**
 * The score of an answer, 0 to 1, after the post-processing of VSI-Bench and VSTI-Bench.
 * @param truth the letter of a choice (VSTI-Bench: `mc_answer`, not `ground_truth`), or a number as text
 * @throws RangeError for an unknown question type, or when the truth of a number task is no number
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
