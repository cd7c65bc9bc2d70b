import type { Manifest } from '@loci/contracts';
import { decodedWords } from './trace.js';

/** How many of the trace's words, the least sure ones, stand for all of it: one wrong place spoils an answer, however long the rest is. */
const LEAST = 3;
/** A fitted confidence is never 0 or 1. */
const EDGE = 1e-6;

export interface Decoded {
  /** What the decoder wrote, one word a token. */
  text: string;
  /** [A] natural logarithms, one for each word of the text, in its order. */
  logProbabilities: Float32Array;
  /** The task that it took the question for. */
  task: string | null;
}

/**
 * How sure an answer is, 0 to 1. Where the manifest has weights for its task: sigmoid(bias + answer · ℓa + trace · ℓt), ℓa the
 * log-probability of the answer's words, ℓt the mean one of the trace's least sure words (0 where there is none). Else
 * exp(ℓa / temperature), the softened probability of the answer given its trace. 0 where a word has no probability.
 * The training's loci_training/confidence.py says the same; test/fixtures/confidence.json holds both to it.
 */
export function confidenceOf(
  { text, logProbabilities, task }: Decoded,
  manifest: Pick<Manifest, 'tokens' | 'calibration'>,
): number {
  const { answerAt, answerEnd } = decodedWords(text, manifest);
  const logs = [...logProbabilities.subarray(0, answerEnd)];
  if (logs.length < answerEnd || !logs.every(Number.isFinite)) return 0;
  const answer = sum(logs.slice(answerAt));
  const { temperature, tasks = {} } = manifest.calibration;
  const weights = task !== null && Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (weights === undefined) return Math.min(1, Math.exp(answer / temperature));
  // the word before the answer is its mark
  const trace = leastSure(logs.slice(0, Math.max(0, answerAt - 1)));
  const likely = sigmoid(weights.bias + weights.answer * answer + weights.trace * trace);
  return Math.min(1 - EDGE, Math.max(EDGE, likely));
}

function leastSure(logs: readonly number[]): number {
  const least = logs.toSorted((a, b) => a - b).slice(0, LEAST);
  return least.length === 0 ? 0 : sum(least) / least.length;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
