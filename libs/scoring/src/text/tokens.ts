/** What is split off a word, as the Penn Treebank does: "isn't" is "is" and "n't", "it's" is "it" and "'s". */
const CONTRACTIONS = /(?<=[a-z])(n't|'(?:s|re|ve|ll|d|m))(?![a-z])/g;
/** A number with its decimals and separators, a word with its hyphens, or an abbreviation: each is one token. */
const TOKEN = /n't|'(?:s|re|ve|ll|d|m)(?![\p{L}\d])|\d+(?:[.,:]\d+)*|[\p{L}\d]+(?:[-_./][\p{L}\d]+)*|[^\s\p{L}\d.,:;?!'"`(){}[\]-]/gu;

/**
 * The tokens of a text as the captioning metrics take them: lower case, split as in the Penn Treebank, punctuation set
 * aside. On answers of a few words this agrees with the Stanford tokenizer, which is not ported whole.
 */
export const tokensOf = (text: string): string[] => text.toLowerCase().replaceAll('’', "'").replace(CONTRACTIONS, ' $1').match(TOKEN) ?? [];

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
