const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The letter of an option, by its place: A, B, C… */
export const optionLetter = (index: number): string => LETTERS[index] ?? '';

/** What may stand before an option: `A. `, `a) `, `(A) `, `A: `, `A - `. */
const LETTERED = /^\(?([A-Za-z])(?:[.):]|\s+-)\s*(?=\S)/;

/**
 * Options without their letters, so that "A. chair" and "chair" are the same. A letter counts as one only
 * when every option has its own, in order: "a) lamp" among unlettered options is left as it is.
 */
export function normaliseOptions(options: readonly string[]): string[] {
  const trimmed = options.map((option) => option.trim());
  const lettered = trimmed.every(
    (option, i) => LETTERED.exec(option)?.[1]?.toUpperCase() === optionLetter(i),
  );
  return lettered ? trimmed.map((option) => option.replace(LETTERED, '').trim()) : trimmed;
}

/** What the tokenizer is given: the question, and below it the options with their letters, one a line. */
export function prompt(question: string, options: readonly string[] | null): string {
  if (options === null || options.length === 0) return question;
  const lines = normaliseOptions(options).map((option, i) => `${optionLetter(i)}. ${option}`);
  return `${question}\nOptions:\n${lines.join('\n')}`;
}
