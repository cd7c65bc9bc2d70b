/** What the Penn Treebank splits off a word: "isn't" is "is" and "n't", "it's" is "it" and "'s", "cannot" is "can" and "not". */
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
    // a sign that is not punctuation: %, &, #
    '-[lr]rb-|[^\\s\\p{L}\\d.,:;?!\'"`(){}[\\]-]',
  ].join('|'),
  'gu',
);

/**
 * The tokens of a text as the captioning metrics take them: lower case, split as in the Penn Treebank, punctuation set aside
 * (but not brackets, which their code keeps as -lrb- and -rrb-). The Stanford tokenizer is not ported whole: rare tokens may
 * be split otherwise.
 */
export const tokensOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll('(', ' -lrb- ')
    .replaceAll(')', ' -rrb- ')
    .replace(SPLIT, ' $1$2')
    .match(TOKEN) ?? [];

/** How often each run of `order` tokens stands in a text; a run is its tokens joined by spaces. */
export function ngramCounts(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= tokens.length; start += 1) {
    const ngram = tokens.slice(start, start + order).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** An answer with the references it is compared to, as tokens. */
export interface Compared {
  given: string[];
  references: string[][];
}
