import { sum } from '../estimate.js';
import { meanRelativeAccuracy } from '../spatial/relative-accuracy.js';

/** Number of further guesses between the truths, evenly spaced on a logarithmic scale. */
const BETWEEN = 60;

/**
 * The number with the highest mean relative accuracy against these truths.
 * @throws RangeError without any
 */
export function bestNumber(truths: readonly number[]): number {
  const positive = truths.filter((truth) => truth > 0);
  const low = Math.log(Math.min(...positive));
  const step = (Math.log(Math.max(...positive)) - low) / (BETWEEN - 1);
  const between =
    positive.length === 0 ? [] : Array.from({ length: BETWEEN }, (_, index) => Math.exp(low + index * step));
  const guesses = [...new Set([...truths, ...between])].sort((a, b) => a - b);
  const scored = guesses.map((guess) => ({
    guess,
    score: sum(truths.map((truth) => meanRelativeAccuracy(guess, truth))),
  }));
  const [first, ...others] = scored;
  if (first === undefined) throw new RangeError('no numbers to guess from');
  return others.reduce((best, each) => (each.score > best.score ? each : best), first).guess;
}
