import type { ReadingSection } from '@loci/contracts';
import type { PlacedText, PlacedWord } from './words.js';

/** Probability from which a new mention begins at a word. */
const START = 0.5;
/** Roles of mentions that name no thing. */
export const WORD_ROLES = ['moment', 'frames', 'place', 'blank'] as const;
export type WordRole = (typeof WORD_ROLES)[number];

/** The read graph's outputs. R tokens; probabilities and their natural logarithms. */
export interface ReadingScores {
  /** [tasks] log-probabilities */
  task: Float32Array;
  /** [reasons] log-probabilities, of a question of no task */
  reason: Float32Array;
  /** [units] log-probabilities */
  unit: Float32Array;
  /** [R, things] log-probabilities */
  things: Float32Array;
  /** [R, roles] log-probabilities */
  roles: Float32Array;
  /** [R] probability that a mention begins here */
  starts: Float32Array;
}

/** A run of words that name a thing, a moment, a place, or a turn to fill in. */
export interface Mention {
  /** As the text spells it. */
  text: string;
  /** A category, `other`, or null of what is no thing. */
  thing: string | null;
  /** A label of `roles`; `none` of a thing that is named in passing. */
  role: string;
  /** Where it stands: 0 is the question, 1 its first option. */
  source: number;
  start: number;
  end: number;
}

/** Index of the largest value; the first of equals, 0 of none. */
export const argmax = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let index = 1; index < values.length; index += 1)
    if ((values[index] ?? -Infinity) > (values[best] ?? -Infinity)) best = index;
  return best;
};

interface MarkedWord extends PlacedWord {
  /** Place among its text's words. */
  index: number;
  isThing: boolean;
}

const isWordRole = (label: string): boolean => WORD_ROLES.some((role) => role === label);

/** The mentions of a question and its options, in the order of the texts. A mention never spans two texts. */
export function mentionsOf(
  texts: readonly PlacedText[],
  scores: ReadingScores,
  labels: ReadingSection['labels'],
): Mention[] {
  const row = (values: Float32Array, width: number, { token }: PlacedWord): Float32Array =>
    values.subarray(token * width, (token + 1) * width);
  const things = (word: PlacedWord) => row(scores.things, labels.things.length, word);
  const roles = (word: PlacedWord) => row(scores.roles, labels.roles.length, word);

  const mark = (word: PlacedWord, index: number): MarkedWord[] => {
    const isThing = argmax(things(word)) !== 0;
    return isThing || isWordRole(labels.roles[argmax(roles(word))] ?? '')
      ? [{ ...word, index, isThing }]
      : [];
  };
  const joins = (word: MarkedWord, before: MarkedWord): boolean =>
    before.index === word.index - 1 &&
    before.isThing === word.isThing &&
    (scores.starts[word.token] ?? 0) < START;

  const mention = (words: readonly MarkedWord[], { text }: PlacedText, source: number): Mention => {
    const isThing = words[0]?.isThing === true;
    const [start, end] = [words[0]?.start ?? 0, words.at(-1)?.end ?? 0];
    const thing = isThing
      ? bestLabel(words.map(things), labels.things, (label) => label !== 'nothing')
      : null;
    const role = bestLabel(words.map(roles), labels.roles, (label) => isWordRole(label) !== isThing);
    return { text: text.slice(start, end), thing, role, source, start, end };
  };

  return texts.flatMap((text, source) => {
    const runs: MarkedWord[][] = [];
    for (const word of text.words.flatMap(mark)) {
      const run = runs.at(-1);
      const before = run?.at(-1);
      if (run !== undefined && before !== undefined && joins(word, before)) run.push(word);
      else runs.push([word]);
    }
    return runs.map((words) => mention(words, text, source));
  });
}

/** The label with the largest sum of log-probabilities over some words, among the labels that are let in. */
function bestLabel(
  words: readonly Float32Array[],
  labels: readonly string[],
  isLetIn: (label: string) => boolean,
): string {
  const sums = labels.map((label, index) =>
    isLetIn(label) ? words.reduce((sum, values) => sum + (values[index] ?? -Infinity), 0) : -Infinity,
  );
  return labels[argmax(sums)] ?? '';
}
