import type { Manifest } from '@loci/contracts';
import { decodedWords, parseTrace } from './trace.js';

/**
 * One wrong place spoils an answer, however long the rest is: so many of the trace's least sure words stand
 * for it.
 */
const LEAST_SURE_WORDS = 3;
/** A fitted confidence is never 0 or 1. */
const MIN_CONFIDENCE = 1e-6;

/** What the decoder wrote, with how sure it was of each word. */
export interface DecodedText {
  /** One word a token, special tokens included. */
  text: string;
  /** [A] natural logarithms, one for each word of the text, in its order; more may follow. */
  logProbabilities: Float32Array;
}

/** What the log-probabilities say of an answer. */
export interface ConfidenceTerms {
  /** The task that the decoder took the question for. */
  task: string | null;
  /** The log-probability of the answer's words together. */
  answer: number;
  /** The mean log-probability of the trace's least sure words; 0 where there is no trace. */
  trace: number;
}

/** The terms of an answer's confidence; null where there is no answer, or a word without a probability. */
export function confidenceTerms(
  { text, logProbabilities }: DecodedText,
  manifest: Pick<Manifest, 'tokens' | 'tasks' | 'categories'>,
): ConfidenceTerms | null {
  const { task, answer } = parseTrace(text, manifest);
  const { answerAt, answerEnd } = decodedWords(text, manifest);
  const logs = [...logProbabilities.subarray(0, answerEnd)];
  if (answer === '' || logs.length < answerEnd || !logs.every(Number.isFinite)) return null;
  return {
    task,
    answer: sum(logs.slice(answerAt)),
    // the word before the answer is its mark
    trace: meanOfLeastSure(logs.slice(0, Math.max(0, answerAt - 1))),
  };
}

/**
 * How sure an answer is, 0 to 1. With weights for its task: sigmoid(bias + weights · terms). Without: the
 * probability of the answer given its trace, softened by the temperature. 0 without terms.
 */
export function confidenceOf(
  terms: ConfidenceTerms | null,
  { calibration }: Pick<Manifest, 'calibration'>,
): number {
  if (terms === null) return 0;
  const { task, answer, trace } = terms;
  const { temperature, tasks = {} } = calibration;
  const weights = task !== null && Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (weights === undefined) return Math.min(1, Math.exp(answer / temperature));
  return withinBounds(sigmoid(weights.bias + weights.answer * answer + weights.trace * trace));
}

/** How sure a composed answer is, by how sure the least sure of its parts is; that itself without weights. */
export function composedConfidence(
  task: string,
  leastSure: number,
  { calibration: { composed = {} } }: Pick<Manifest, 'calibration'>,
): number {
  const weights = Object.hasOwn(composed, task) ? composed[task] : undefined;
  if (weights === undefined) return leastSure;
  const p = withinBounds(leastSure);
  return withinBounds(sigmoid(weights.bias + weights.odds * Math.log(p / (1 - p))));
}

/** How sure a measured answer is, by how clear it is of others. */
export const measuredConfidence = (
  margin: number,
  weights: NonNullable<Manifest['calibration']['measured']>[string],
): number => withinBounds(sigmoid(weights.bias + weights.margin * margin));

/**
 * What is left of a confidence on the footage that a memory was built from: where that is flagged, no more
 * than such answers reach there. An answer in words is a choice.
 */
export function confidenceOn(
  novelty: number,
  { confidence, isNumber }: { confidence: number; isNumber: boolean },
  { out_of_domain: { threshold, confidence: most } }: Pick<Manifest, 'out_of_domain'>,
): number {
  if (most === undefined || novelty <= threshold) return confidence;
  return Math.min(confidence, isNumber ? most.number : most.choice);
}

/** A manifest by which parts of an answer claim what they claim anywhere: it is the whole that is bounded. */
export const unbounded = <M extends Pick<Manifest, 'out_of_domain'>>(manifest: M): M => ({
  ...manifest,
  out_of_domain: { threshold: manifest.out_of_domain.threshold },
});

const withinBounds = (confidence: number): number =>
  Math.min(1 - MIN_CONFIDENCE, Math.max(MIN_CONFIDENCE, confidence));

function meanOfLeastSure(logs: readonly number[]): number {
  const least = logs.toSorted((a, b) => a - b).slice(0, LEAST_SURE_WORDS);
  return least.length === 0 ? 0 : sum(least) / least.length;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
