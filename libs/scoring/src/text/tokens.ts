/** Suffixes that the Penn Treebank splits off a word: "is|n't", "it|'s", "can|not". */
const SPLIT = /(?<=[a-z])(n't|'(?:s|re|ve|ll|d|m))(?![a-z])|(?<=\bcan)(not)\b/g;
const TOKEN = new RegExp(
  [
    "n't|'(?:s|re|ve|ll|d|m)(?![\\p{L}\\d])",
    // u.s.
    '(?:\\p{L}\\.){2,}',
    // o'clock, and words with hyphens or slashes, digits among them: 4-seat, 3ft, tv/monitor
    "o'clock|(?=[\\d-]*\\p{L})[\\p{L}\\d]+(?:[-_/][\\p{L}\\d]+)*",
    // 2.5, 1,200, 5:30
    '\\d+(?:[.,:/-]\\d+)*',
    // a symbol that is not punctuation: %, &, #
    '-[lr]rb-|[^\\s\\p{L}\\d.,:;?!\'"`(){}[\\]-]',
  ].join('|'),
  'gu',
);

/**
 * The tokens of a text for the captioning metrics: lower case, split as in the Penn Treebank, without
 * punctuation. Their code keeps brackets as -lrb- and -rrb-. The Stanford tokenizer is ported in part: rare
 * tokens may be split otherwise.
 */
export const tokensOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll('(', ' -lrb- ')
    .replaceAll(')', ' -rrb- ')
    .replace(SPLIT, ' $1$2')
    .match(TOKEN) ?? [];

/** The number of times each n-gram of `order` tokens occurs. Its key is the tokens joined by spaces. */
export function ngramCounts(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= tokens.length; start += 1) {
    const ngram = tokens.slice(start, start + order).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** An answer and the references that it is compared with, as tokens. */
export interface Compared {
  given: string[];
  references: string[][];
}
