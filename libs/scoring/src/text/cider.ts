import { sum } from '../estimate.js';
import { ngramCounts, type Compared } from './tokens.js';

const ORDERS = [1, 2, 3, 4];
const SIGMA = 6;
const SCALE = 10;

/** A vector of n-grams of one order, weighted by their rarity, and its norm. */
interface Weighted {
  weights: Map<string, number>;
  norm: number;
}

/**
 * CIDEr-D as the captioning metrics compute it, clipped and with a penalty for another length: one value per
 * answer, 0 to 10. The field reports a hundred times the mean. Rarities are counted over this corpus.
 */
export function cider(corpus: readonly Compared[]): number[] {
  const rarities = ORDERS.map((order) => rarityIn(corpus, order));
  return corpus.map(({ given, references }) => {
    const alike = references.map((reference) => {
      // the reference code counts lengths in bigrams
      const delta = Math.max(0, given.length - 1) - Math.max(0, reference.length - 1);
      const penalty = Math.exp(-(delta ** 2) / (2 * SIGMA ** 2));
      const orders = ORDERS.map((order, index) =>
        cosine(weigh(given, order, rarities[index]), weigh(reference, order, rarities[index])),
      );
      return (penalty * sum(orders)) / ORDERS.length;
    });
    return references.length === 0 ? 0 : (SCALE * sum(alike)) / references.length;
  });
}

/** The rarity of an n-gram: log(answers / answers whose references contain it). */
function rarityIn(corpus: readonly Compared[], order: number): (ngram: string) => number {
  const holders = new Map<string, number>();
  for (const { references } of corpus) {
    const present = new Set(references.flatMap((reference) => [...ngramCounts(reference, order).keys()]));
    for (const ngram of present) holders.set(ngram, (holders.get(ngram) ?? 0) + 1);
  }
  return (ngram) => Math.log(corpus.length) - Math.log(Math.max(1, holders.get(ngram) ?? 0));
}

function weigh(
  tokens: readonly string[],
  order: number,
  rarity: (ngram: string) => number = () => 0,
): Weighted {
  const weights = new Map(
    Array.from(ngramCounts(tokens, order), ([ngram, count]) => [ngram, count * rarity(ngram)]),
  );
  return { weights, norm: Math.sqrt(sum(Array.from(weights.values(), (weight) => weight ** 2))) };
}

/** The cosine of two vectors, with the given weights clipped to those of the reference. */
function cosine(given: Weighted, reference: Weighted): number {
  if (given.norm === 0 || reference.norm === 0) return 0;
  const products = Array.from(
    given.weights,
    ([ngram, weight]) =>
      Math.min(weight, reference.weights.get(ngram) ?? 0) * (reference.weights.get(ngram) ?? 0),
  );
  return sum(products) / (given.norm * reference.norm);
}
