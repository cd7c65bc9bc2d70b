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
  /** Runs of matched words that stand side by side in both. None when the texts are one and the same: there is nothing to punish. */
  chunks: number;
}

/**
 * METEOR over a corpus, 0 to 1: for each answer its best reference, the counts summed, then the formula. Words match as they
 * are or by their Porter stem. The Java program also matches WordNet's synonyms and paraphrases, and lets function words
 * weigh less; without those the values agree.
 */
export function meteor(corpus: readonly Compared[]): number {
  const best = corpus.map(({ given, references }) => {
    const [first = align(given, []), ...others] = references.map((reference) => align(given, reference));
    return others.reduce((one, other) => (formula(other) > formula(one) ? other : one), first);
  });
  const total = (count: keyof Matches) => sum(best.map((each) => each[count]));
  return formula({
    given: total('given'),
    reference: total('reference'),
    words: total('words'),
    weight: total('weight'),
    chunks: total('chunks'),
  });
}

/** The weighted harmonic mean of precision and recall, less a penalty for words in another order. */
function formula({ given, reference, words, weight, chunks }: Matches): number {
  if (words === 0) return 0;
  const precision = weight / given;
  const recall = weight / reference;
  const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
  return (1 - GAMMA * (chunks / words) ** BETA) * mean;
}

interface Alignment {
  taken: ReadonlySet<number>;
  /** The place in the reference that the word before was matched to; −2 when it was not. */
  last: number;
  exact: number;
  stems: number;
  chunks: number;
}

/** Most words as they are, then the fewest chunks, then most stems: a stem never makes a chunk of its own. */
const better = (one: Alignment, other: Alignment): number =>
  other.exact - one.exact || one.chunks - other.chunks || other.stems - one.stems;

function align(given: readonly string[], reference: readonly string[]): Matches {
  const stemmed = reference.map(stemmer);
  let beam: Alignment[] = [{ taken: new Set(), last: -2, exact: 0, stems: 0, chunks: 0 }];
  for (const token of given) {
    const stem = stemmer(token);
    const next = beam.flatMap((alignment) => [
      { ...alignment, last: -2 },
      ...reference.flatMap((word, place) =>
        alignment.taken.has(place) || stemmed[place] !== stem
          ? []
          : [extended(alignment, place, word === token)],
      ),
    ]);
    beam = next.sort(better).slice(0, BEAM);
  }
  const { exact = 0, stems = 0, chunks = 0 } = beam[0] ?? {};
  const words = exact + stems;
  const same = chunks === 1 && words === given.length && words === reference.length;
  return {
    given: given.length,
    reference: reference.length,
    words,
    weight: exact * EXACT + stems * STEM,
    chunks: same ? 0 : chunks,
  };
}

const extended = (
  { taken, last, exact, stems, chunks }: Alignment,
  place: number,
  asItIs: boolean,
): Alignment => ({
  taken: new Set(taken).add(place),
  last: place,
  exact: exact + (asItIs ? 1 : 0),
  stems: stems + (asItIs ? 0 : 1),
  chunks: chunks + (place === last + 1 ? 0 : 1),
});
