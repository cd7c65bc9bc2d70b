const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen';
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety';

/** Number words and their values; `twenty five` is two of them. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...ONES.split(' ').map((word, value) => [word, value] as const),
  ...TENS.split(' ').map((word, index) => [word, 10 * (index + 2)] as const),
]);

/** Units of time and how many seconds each has. */
export const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ...'s sec secs second seconds'.split(' ').map((word) => [word, 1] as const),
  ...'m min mins minute minutes'.split(' ').map((word) => [word, 60] as const),
  ...'h hr hrs hour hours'.split(' ').map((word) => [word, 3600] as const),
]);

/** The number that a word is; null of none. */
export const numberOf = (word: string): number | null =>
  NUMBER_WORDS.get(word) ?? (/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(word) ? Number(word) : null);

/** `M:SS` or `H:MM:SS` as seconds; null of another word. */
export function clockSeconds(word: string): number | null {
  if (!/^\d+(?::\d{1,2}){1,2}(?:\.\d+)?$/.test(word)) return null;
  return word.split(':').reduce((seconds, part) => 60 * seconds + Number(part), 0);
}
