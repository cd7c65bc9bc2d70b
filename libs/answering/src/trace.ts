import type { Manifest, TraceItem } from '@loci/contracts';

/** What the decoder wrote, taken apart. */
export interface ParsedText {
  /**
   * The name of the task that it took the question for (a key of manifest.tasks); null when it named none.
   */
  task: string | null;
  /** What it grounded before it answered, in its order. */
  trace: TraceItem[];
  /** The answer's words. Empty when the text ended before an answer began. */
  answer: string;
}

/** How the decoder's words fall into its parts. `answerAt` is the index of the answer's first word. */
export interface DecodedWords {
  words: string[];
  answerAt: number;
  /** One past the answer's last word: where the text ends, or its end token stands. */
  answerEnd: number;
}

/**
 * The decoder's text as words (WordLevel: one a token, separated by spaces), and where its answer lies among
 * them.
 */
export function decodedWords(text: string, { tokens }: Pick<Manifest, 'tokens'>): DecodedWords {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const eos = words.indexOf(tokens.eos);
  const end = eos < 0 ? words.length : eos;
  const mark = words.indexOf(tokens.answer);
  const answerAt = mark < 0 || mark >= end ? noMark(words, end, tokens.answer) : mark + 1;
  return { words, answerAt, answerEnd: end };
}

/**
 * Bundles whose decoder writes no trace have no answer token in their text: then all of it is the answer,
 * unless a trace was cut off.
 */
function noMark(words: readonly string[], end: number, answerToken: string): number {
  const wroteTrace = words.slice(0, end).some((word) => isSpecial(word) || fieldOf(word) !== null);
  return answerToken !== '' && wroteTrace ? end : 0;
}

/**
 * Takes the decoder's text apart: `<task> object* <answer> answer <eos>`, where an object is a category and
 * its fields: `x-1.2 z3.4` metres on the world's floor plane, `y0.5` metres below the first camera (0 where
 * it is not told), `s85` its longest dimension in cm, `t12` the second at which it was first seen, `n3` a
 * count. `camera` is where the camera was at the second `t12`. A second bearing begins a step of its own, a
 * turn and its word: `a-65 left`. Whatever else stands among an object's words stays in its text. Broken text
 * gives what can be read of it and never throws.
 */
export function parseTrace(
  text: string,
  manifest: Pick<Manifest, 'tokens' | 'tasks' | 'categories'>,
): ParsedText {
  const { words, answerAt, answerEnd } = decodedWords(text, manifest);
  const traced = words.slice(0, Math.min(answerAt, answerEnd));
  const task = Object.entries(manifest.tasks).find(([, { token }]) => traced.includes(token))?.[0] ?? null;
  const known = new Set(Object.values(manifest.tokens));
  return {
    task,
    trace: itemWords(
      traced.filter((word) => !isSpecial(word) && !known.has(word)),
      manifest.categories,
    ).map((item) => traceItem(item, manifest.categories)),
    answer: words
      .slice(answerAt, answerEnd)
      .filter((word) => !known.has(word))
      .join(' '),
  };
}

/**
 * The decoder's text with the times of its trace in other seconds: from the memory's clock, which the graphs
 * go by, to the video's.
 * @param videoS gives the moment of the video at which the clock shows so many seconds
 */
export const inVideoSeconds = (text: string, videoS: (clockS: number) => number): string =>
  text.replace(/(?<=^|\s)t(\d+)(?=\s|$)/g, (_, seconds: string) => `t${Math.round(videoS(Number(seconds)))}`);

/** Whether a text has words that only a trace has: special tokens and fields. */
export const holdsTraceWords = (text: string): boolean =>
  text.split(/\s+/).some((word) => isSpecial(word) || fieldOf(word) !== null);

const isSpecial = (word: string): boolean => /^<[^<>]*>$/.test(word);

/** The word that stands where a category would, of a line about the camera. */
const CAMERA = 'camera';

type Field = { name: 'x' | 'y' | 'z' | 'a' | 's' | 't' | 'n' | 'other'; value: number };

/** A field is a letter and a number: x-1.2. */
function fieldOf(word: string): Field | null {
  const [, letter = '', digits = ''] = /^([a-z])(-?\d+(?:\.\d+)?)$/.exec(word) ?? [];
  const value = digits === '-0' ? 0 : Number(digits);
  if (digits === '' || !Number.isFinite(value)) return null;
  switch (letter) {
    case 'x':
    case 'y':
    case 'z':
    case 'a':
    case 's':
    case 't':
    case 'n':
      return { name: letter, value };
    default:
      return { name: 'other', value };
  }
}

/**
 * The words of each item: an object begins with a word that is no field, a step with a bearing that its
 * object has already.
 */
function itemWords(words: readonly string[], categories: readonly string[]): string[][] {
  const items: string[][] = [];
  for (const word of words) {
    const last = items.at(-1);
    if (last !== undefined && belongs(word, last, categories)) last.push(word);
    else items.push([word]);
  }
  return items;
}

const isBearing = (word: string): boolean => fieldOf(word)?.name === 'a';

/** Fields belong to the item before them, and so do the words of a step. */
function belongs(
  word: string,
  [first = '', ...rest]: readonly string[],
  categories: readonly string[],
): boolean {
  if (isBearing(word)) return ![first, ...rest].some(isBearing);
  return fieldOf(word) !== null || (isBearing(first) && word !== CAMERA && !categories.includes(word));
}

function traceItem(words: readonly string[], categories: readonly string[]): TraceItem {
  const [name = ''] = words;
  const fields = words.map(fieldOf);
  // the first of each counts: what follows it is an extent, which stays in the text
  const first = (wanted: Field['name']) => fields.find((field) => field?.name === wanted)?.value;
  const [x, y, z, size, count] = [first('x'), first('y'), first('z'), first('s'), first('n')];
  const seen = name === CAMERA ? undefined : first('t');
  return {
    text: words.join(' '),
    ...(categories.includes(name) ? { category: name } : {}),
    ...(x === undefined || z === undefined ? {} : { position: [x, y ?? 0, z] }),
    ...(size === undefined ? {} : { size }),
    ...(count === undefined || count < 0 || !Number.isSafeInteger(count) ? {} : { count }),
    ...(seen === undefined || seen < 0 ? {} : { first_seen_s: seen }),
  };
}
