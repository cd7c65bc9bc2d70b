import type { ReadingTask } from '@loci/contracts';
import type { Mention } from './mentions.js';
import { refuse, type ReadingManifest, type Refusal } from './refusals.js';
import { openTurns } from './route.js';
import { listedCategories } from './slots.js';
import { turnSeries } from './turn-series.js';

interface OptionSource {
  task: ReadingTask;
  mentions: readonly Mention[];
  /** The person's options without their letters; null of none. */
  given: readonly string[] | null;
  question: string;
  manifest: ReadingManifest;
}

/** The fixed options of a task; null where it has others. */
export const optionsIn = ({ options }: ReadingTask): string[] | null =>
  options !== undefined && 'fixed' in options ? options.fixed : null;

const OF_TWO_SIDES = ['left', 'right'];
/** Words of further directions. */
const FURTHER =
  /\b(?:front|ahead|forwards?|back|backwards?|behind|rear|aft|around|round|six|quadrant|diagonal)/i;

/** Left and right, where a question offers these and says nothing of front or back; else null. */
export const sidesIn = (question: string): readonly string[] | null =>
  OF_TWO_SIDES.every((side) => new RegExp(`\\b${side}\\b`, 'i').test(question)) && !FURTHER.test(question)
    ? OF_TWO_SIDES
    : null;

/** What the prompt's options are; null of a task without options. */
export function promptOptions({
  task,
  mentions,
  given,
  question,
  manifest,
}: OptionSource): string[] | null | Refusal {
  const { options } = task;
  if (options === undefined) return null;
  if (given !== null) return given.map((option, index) => withCategories(option, index + 1, mentions));
  if ('fixed' in options) return options.fixed;
  if ('of' in options) {
    const categories = listedCategories(options.of, 'options', { mentions, manifest });
    return categories.length < 2
      ? refuse('needs_options', manifest, 'name the things to choose from')
      : categories;
  }
  const { one } = options;
  if (one === undefined) return ordersIn(mentions, task) ?? needsOptions(manifest);
  const { marked, turned } = openTurns(mentions, question);
  const inWords = (turns: number) => (turns <= 1 ? null : distinct(turnSeries(question, one, turns)));
  return inWords(marked) ?? inWords(turned) ?? (marked <= 1 ? one : needsOptions(manifest));
}

const needsOptions = (manifest: ReadingManifest): Refusal => refuse('needs_options', manifest);

/** An option with the words of every thing in it replaced by the thing's category. */
export function withCategories(option: string, source: number, mentions: readonly Mention[]): string {
  const known = mentions.filter((mention) => mention.source === source && isKnown(mention));
  return known
    .toSorted((one, other) => other.start - one.start)
    .reduce(
      (text, { start, end, thing }) => `${text.slice(0, start)}${thing ?? ''}${text.slice(end)}`,
      option,
    );
}

const isKnown = ({ thing }: Mention): boolean => thing !== null && thing !== 'other';

/** Between the categories of an order that is offered. */
export const ORDER_JOIN = ', ';

/**
 * Orders of things that the question itself offers: its candidates, cut into rows of which each names the
 * same things. "Is it bed, lamp, door or door, bed, lamp?" offers two.
 */
export function ordersIn(mentions: readonly Mention[], { slots }: ReadingTask): string[] | null {
  const list = Object.values(slots).find((slot) => 'min' in slot);
  if (list === undefined || !('min' in list)) return null;
  const named = mentions.filter(({ role, source }) => role === list.role && source === 0).filter(isKnown);
  const things = named.map(({ thing }) => thing ?? '');
  const size = new Set(things).size;
  if (size < 2 || things.length < 2 * size || things.length % size !== 0) return null;
  const rows = chunks(things, size);
  return rows.every((row) => new Set(row).size === size)
    ? distinct(rows.map((row) => row.join(ORDER_JOIN)))
    : null;
}

const chunks = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: values.length / size }, (_, index) => values.slice(index * size, (index + 1) * size));

/** At least two different options, as many as there are letters at most. */
const distinct = (options: readonly string[]): string[] | null => {
  const unique = [...new Set(options)];
  return unique.length >= 2 && unique.length <= 26 ? unique : null;
};
