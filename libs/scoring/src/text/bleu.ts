import { sum } from '../estimate.js';
import { ngramCounts, type Compared } from './tokens.js';

const ORDERS = [1, 2, 3, 4];
/**
 * Constants of the captioning metrics' code. They prevent a division by zero in a corpus without long
 * matches.
 */
const TINY = 1e-15;
const SMALL = 1e-9;

/**
 * BLEU-4 over a corpus, 0 to 1. Clipped counts are summed over all answers. The brevity penalty uses the
 * reference that is nearest in length.
 */
export function bleu4(corpus: readonly Compared[]): number {
  const precisions = ORDERS.map((order) => {
    const right = sum(corpus.map((each) => clippedMatches(each, order)));
    const possible = sum(corpus.map(({ given }) => Math.max(0, given.length - order + 1)));
    return (right + TINY) / (possible + SMALL);
  });
  const mean = precisions.reduce((product, precision) => product * precision, 1) ** (1 / ORDERS.length);
  const ratio =
    (sum(corpus.map(({ given }) => given.length)) + TINY) / (sum(corpus.map(nearestLength)) + SMALL);
  return ratio < 1 ? mean * Math.exp(1 - 1 / ratio) : mean;
}

function clippedMatches({ given, references }: Compared, order: number): number {
  const allowed = references.map((reference) => ngramCounts(reference, order));
  const matches = Array.from(ngramCounts(given, order), ([ngram, count]) =>
    Math.min(count, Math.max(0, ...allowed.map((counts) => counts.get(ngram) ?? 0))),
  );
  return sum(matches);
}

/** The length of the nearest reference; of two equally near ones, the shorter. */
function nearestLength({ given, references }: Compared): number {
  const lengths = references
    .map(({ length }) => length)
    .sort((a, b) => Math.abs(a - given.length) - Math.abs(b - given.length) || a - b);
  return lengths[0] ?? 0;
}
