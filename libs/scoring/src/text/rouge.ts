import type { Compared } from './tokens.js';

/** How much more recall weighs than precision, as in the captioning metrics. */
const BETA = 1.2;

/** ROUGE-L of one answer, 0 to 1: from the longest common subsequence with its references, the best precision and the best recall. */
export function rougeL({ given, references }: Compared): number {
  if (given.length === 0) return 0;
  const common = references.map((reference) => ({
    length: longestCommon(given, reference),
    of: reference.length,
  }));
  const precision = Math.max(0, ...common.map(({ length }) => length / given.length));
  const recall = Math.max(0, ...common.map(({ length, of }) => (of === 0 ? 0 : length / of)));
  return precision === 0 || recall === 0
    ? 0
    : ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
}

/** The length of the longest sequence of tokens that both have in the same order. */
function longestCommon(one: readonly string[], other: readonly string[]): number {
  let row = new Array<number>(other.length + 1).fill(0);
  for (const token of one) {
    const next = [0];
    other.forEach((each, index) =>
      next.push(each === token ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0)),
    );
    row = next;
  }
  return row[other.length] ?? 0;
}
