import type { Compared } from './tokens.js';

/** The weight of recall over precision, as in the captioning metrics. */
const BETA = 1.2;

/**
 * ROUGE-L of one answer, 0 to 1: the best precision and the best recall of the longest common subsequence
 * with its references.
 */
export function rougeL({ given, references }: Compared): number {
  if (given.length === 0) return 0;
  const common = references.map((reference) => ({
    length: longestCommon(given, reference),
    total: reference.length,
  }));
  const precision = Math.max(0, ...common.map(({ length }) => length / given.length));
  const recall = Math.max(0, ...common.map(({ length, total }) => (total === 0 ? 0 : length / total)));
  return precision === 0 || recall === 0
    ? 0
    : ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
}

/** The length of the longest common subsequence. */
function longestCommon(given: readonly string[], reference: readonly string[]): number {
  let row = new Array<number>(reference.length + 1).fill(0);
  for (const token of given) {
    const next = [0];
    reference.forEach((each, index) =>
      next.push(each === token ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0)),
    );
    row = next;
  }
  return row[reference.length] ?? 0;
}
