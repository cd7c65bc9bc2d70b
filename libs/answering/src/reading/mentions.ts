import type { ReadingSection, ReadingTask } from '@loci/contracts';
import { argmax } from './argmax.js';
import { assignRoles } from './roles.js';
import type { PlacedText, PlacedWord } from './words.js';

/** Probability from which a new mention begins at a word. */
const START = 0.5;
const OTHER = 'other';
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

/** The category of a thing by its words, and by what the reader took it for: a category, or `other`. */
export type CallThing = (text: string, thing: string) => string;

/** What a bundle says of the words that name things. */
type Known = Pick<ReadingSection, 'labels' | 'thresholds' | 'categories'>;

/** A run of words before its role is told. */
interface Run extends Omit<Mention, 'role'> {
  /** [roles] mean log-probability over the words */
  roles: number[];
}

interface MarkedWord extends PlacedWord {
  /** Place among its text's words. */
  index: number;
  /** Index of its likeliest thing. */
  thing: number;
}

const isWordRole = (label: string): boolean => WORD_ROLES.some((role) => role === label);

/**
 * The mentions of a question and its options, in the order of the texts. A mention never spans two texts, nor
 * two things.
 * @param task whose roles the things get; null of a question of no task
 * @param call names what words mean, where the reader took them for some thing
 */
export function mentionsOf(
  texts: readonly PlacedText[],
  scores: ReadingScores,
  { labels, thresholds, categories }: Known,
  task: ReadingTask | null,
  call: CallThing = (text, thing) => (thing === OTHER ? categoryCalled(text, categories) : thing),
): Mention[] {
  const runs = texts
    .flatMap((text, source) => runsOf(text, source, scores, { labels, thresholds }))
    .map((run) => ({
      ...run,
      thing: run.thing === null ? null : call(run.text, run.thing),
    }));
  const things = runs.flatMap(({ thing, roles }) => (thing === null ? [] : [{ thing, roles }]));
  const roles = assignRoles(things, task, labels.roles, thresholds.roles);
  const wordRoles = labels.roles.flatMap((label, index) => (isWordRole(label) ? [index] : []));
  return runs.map(({ roles: scored, ...run }) => ({
    ...run,
    role:
      run.thing !== null
        ? (roles.shift() ?? 'none')
        : (labels.roles[wordRoles[argmax(wordRoles.map((index) => scored[index] ?? -Infinity))] ?? 0] ?? ''),
  }));
}

function runsOf(
  text: PlacedText,
  source: number,
  scores: ReadingScores,
  { labels, thresholds }: Pick<ReadingSection, 'labels' | 'thresholds'>,
): Run[] {
  const row = (values: Float32Array, width: number, { token }: PlacedWord): Float32Array =>
    values.subarray(token * width, (token + 1) * width);
  const things = (word: PlacedWord) => row(scores.things, labels.things.length, word);
  const roles = (word: PlacedWord) => row(scores.roles, labels.roles.length, word);

  const mark = (word: PlacedWord, index: number): MarkedWord[] => {
    const thing = argmax(things(word));
    const isMarked = thing !== 0 || isWordRole(labels.roles[argmax(roles(word))] ?? '');
    return isMarked ? [{ ...word, index, thing }] : [];
  };
  const joins = (word: MarkedWord, before: MarkedWord): boolean =>
    before.index === word.index - 1 &&
    before.thing === word.thing &&
    (scores.starts[word.token] ?? 0) < START;

  const runs: MarkedWord[][] = [];
  for (const word of text.words.flatMap(mark)) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && joins(word, before)) run.push(word);
    else runs.push([word]);
  }
  return runs.map((words) => {
    const [start, end] = [words[0]?.start ?? 0, words.at(-1)?.end ?? 0];
    const sums = sumOf(words.map(things), labels.things).map((sum, index) =>
      index === 0 ? -Infinity : labels.things[index] === OTHER ? sum - thresholds.other : sum,
    );
    return {
      ...{ text: text.text.slice(start, end), source, start, end },
      thing: words[0]?.thing === 0 ? null : (labels.things[argmax(sums)] ?? null),
      roles: sumOf(words.map(roles), labels.roles).map((sum) => sum / words.length),
    };
  });
}

/** The log-probability of each label, summed over some words. */
const sumOf = (words: readonly Float32Array[], labels: readonly string[]): number[] =>
  labels.map((_, index) => words.reduce((sum, values) => sum + (values[index] ?? -Infinity), 0));

/** The category that goes by some words, one or several of it; `other` where the bundle has no such name. */
function categoryCalled(text: string, categories: Known['categories']): string {
  const words = text.toLowerCase().split(/\s+/).join(' ');
  const isCalled = ([category, { plural, synonyms }]: [string, Known['categories'][string]]): boolean =>
    [category, plural, ...synonyms].some((name) => words === name || words === `${name}s`);
  return Object.entries(categories).find(isCalled)?.[0] ?? OTHER;
}
