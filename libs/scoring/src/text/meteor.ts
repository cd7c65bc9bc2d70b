import { stemmer } from 'stemmer';
import { sum } from '../estimate.js';
import type { Compared } from './tokens.js';

/** METEOR 1.5's parameters for English. */
const ALPHA = 0.85;
const BETA = 0.2;
const GAMMA = 0.6;
const EXACT = 1;
const STEM = 0.6;
/** Alignments kept after each word of the answer. */
const BEAM = 40;

/** Counts of one comparison, which are summed over the corpus. */
interface Matches {
  given: number;
  reference: number;
  /** Matched words. */
  words: number;
  /** Matched words; those matched by stem weigh less. */
  weight: number;
  /** Runs of matched words that are adjacent in both texts. 0 for equal texts, which get no penalty. */
  chunks: number;
}

/**
 * METEOR over a corpus, 0 to 1: the counts of each answer's best reference are summed and put into the
 * formula. Words match exactly or by their Porter stem. The Java program also matches synonyms and
 * paraphrases, and weighs function words less; without those the values agree.
 */
export function meteor(corpus: readonly Compared[]): number {
  const matches = corpus.map(({ given, references }) => {
    const [first = align(given, []), ...others] = references.map((reference) => align(given, reference));
    return others.reduce((best, each) => (formula(each) > formula(best) ? each : best), first);
  });
  const total = (count: keyof Matches) => sum(matches.map((each) => each[count]));
  return formula({
    given: total('given'),
    reference: total('reference'),
    words: total('words'),
    weight: total('weight'),
    chunks: total('chunks'),
  });
}

/** The weighted harmonic mean of precision and recall, reduced by a penalty for another word order. */
function formula({ given, reference, words, weight, chunks }: Matches): number {
  if (words === 0) return 0;
  const precision = weight / given;
  const recall = weight / reference;
  const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
  return (1 - GAMMA * (chunks / words) ** BETA) * mean;
}

interface Alignment {
  taken: ReadonlySet<number>;
  /** Index in the reference that the last word was matched to; −2 when it was not. */
  last: number;
  exact: number;
  stems: number;
  chunks: number;
}

/**
 * Sorts by most exact matches, then fewest chunks, then most stems: a stem never makes a chunk of its own.
 */
const byQuality = (a: Alignment, b: Alignment): number =>
  b.exact - a.exact || a.chunks - b.chunks || b.stems - a.stems;

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
    beam = next.sort(byQuality).slice(0, BEAM);
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
  isExact: boolean,
): Alignment => ({
  taken: new Set(taken).add(place),
  last: place,
  exact: exact + (isExact ? 1 : 0),
  stems: stems + (isExact ? 0 : 1),
  chunks: chunks + (place === last + 1 ? 0 : 1),
});
