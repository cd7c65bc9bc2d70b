import { stemmer } from 'stemmer';
import { sum } from '../estimate.js';
import type { Compared } from './tokens.js';

/** METEOR 1.5's parameters for English. */
const ALPHA = 0.85;
const BETA = 0.2;
const GAMMA = 0.6;
const EXACT = 1;
const STEM = 0.6;
/** Alignments that are kept while the answer is read word by word. */
const BEAM = 40;

/** What one comparison adds to the corpus. */
interface Matches {
  given: number;
  reference: number;
  /** Matched words. */
  words: number;
  /** Matched words, those by stem counting less. */
  weight: number;
  /** Runs of matched words that stand side by side in both. */
  chunks: number;
}

/**
 * METEOR over a corpus, 0 to 1: for each answer its best reference, the counts summed, then the formula (so that a corpus
 * of one-word answers, all right, has 0.4: as many chunks as words). Words match as they are or by their Porter stem. The Java program also matches WordNet's synonyms and paraphrases and lets function
 * words weigh less, so that it gives somewhat other, mostly higher values.
 */
export function meteor(corpus: readonly Compared[]): number {
  const best = corpus.map(({ given, references }) => {
    const compared = references.map((reference) => align(given, reference));
    return compared.reduce((one, other) => (formula(other) > formula(one) ? other : one), { given: given.length, reference: 0, words: 0, weight: 0, chunks: 0 });
  });
  const total = (count: keyof Matches) => sum(best.map((each) => each[count]));
  return formula({ given: total('given'), reference: total('reference'), words: total('words'), weight: total('weight'), chunks: total('chunks') });
}

/** The weighted harmonic mean of precision and recall, less a penalty for words in another order. */
function formula({ given, reference, words, weight, chunks }: Matches): number {
  if (words === 0) return 0;
  const precision = weight / given;
  const recall = weight / reference;
  const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
  const same = chunks === 1 && words === given && words === reference;
  return (1 - (same ? 0 : GAMMA * (chunks / words) ** BETA)) * mean;
}

interface Alignment {
  taken: ReadonlySet<number>;
  /** The place in the reference that the word before was matched to; −2 when it was not. */
  last: number;
  words: number;
  weight: number;
  chunks: number;
}

const better = (one: Alignment, other: Alignment): number => other.weight - one.weight || one.chunks - other.chunks;

/** The alignment that matches most, in the fewest chunks. */
function align(given: readonly string[], reference: readonly string[]): Matches {
  const stems = reference.map(stemmer);
  let beam: Alignment[] = [{ taken: new Set(), last: -2, words: 0, weight: 0, chunks: 0 }];
  for (const token of given) {
    const stem = stemmer(token);
    const next = beam.flatMap((alignment) => [
      { ...alignment, last: -2 },
      ...reference.flatMap((word, place) => {
        const weight = word === token ? EXACT : stems[place] === stem ? STEM : 0;
        return weight === 0 || alignment.taken.has(place) ? [] : [extended(alignment, place, weight)];
      }),
    ]);
    beam = next.sort(better).slice(0, BEAM);
  }
  const { words = 0, weight = 0, chunks = 0 } = beam[0] ?? {};
  return { given: given.length, reference: reference.length, words, weight, chunks };
}

const extended = ({ taken, last, words, weight, chunks }: Alignment, place: number, added: number): Alignment => ({
  taken: new Set(taken).add(place),
  last: place,
  words: words + 1,
  weight: weight + added,
  chunks: chunks + (place === last + 1 ? 0 : 1),
});
