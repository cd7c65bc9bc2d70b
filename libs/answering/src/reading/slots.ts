import type { ReadingTask, Slot } from '@loci/contracts';
import { asksForLeast } from './extremes.js';
import type { Mention } from './mentions.js';
import type { Clock } from './moments.js';
import { placeOf } from './place.js';
import { listed, pluralOf, refuse, type ReadingManifest, type Refusal } from './refusals.js';
import { routeOf, turnsOf } from './route.js';

type ListSlot = Extract<Slot, { min: number }>;
type ListOrder = NonNullable<ListSlot['order']>;

/** What slots are filled from. */
export interface SlotSource {
  task: ReadingTask;
  /** As the person asked it. */
  question: string;
  mentions: readonly Mention[];
  /** The prompt's options. */
  options: readonly string[] | null;
  /** The moments of the question, of each mention its seconds: one, or the two ends of a span. */
  moments: readonly (readonly number[])[];
  clock: Clock;
  manifest: ReadingManifest;
}

/** What people call the thing of a role. */
const ROLE_WORDS: Record<string, string> = {
  target: 'which thing is asked about',
  at: 'where you stand',
  facing: 'what you face',
  goal: 'where the way ends',
  anchor: 'what it should be nearest to',
  first: 'which two things are compared',
  second: 'which two things are compared',
};

/** The text of a slot, or why it cannot be filled. */
export function fill(slot: Slot, source: SlotSource): string | Refusal {
  if ('moment' in slot) return fillMoment(slot, source);
  if ('place' in slot) return placeOf(source, source.manifest.reading) ?? ROOM;
  if ('options' in slot)
    return joined(
      (source.options ?? []).map((option) => option.toLowerCase()),
      slot.join,
    );
  if ('steps' in slot) return fillSteps(source);
  if ('extreme' in slot) return slot.extreme[asksForLeast(source.question) ? 1 : 0];
  return 'min' in slot ? fillList(slot, source) : fillOne(slot, source);
}

/** The categories of a role's things, each once, in the order of the question. */
export function categoriesOf(role: string, mentions: readonly Mention[]): string[] {
  const own = mentions.filter((mention) => mention.role === role);
  return [...new Set(own.flatMap(({ thing }) => thing ?? []))];
}

/**
 * The same as a list is put to the answer graph. Where it does not matter in which order a person names them,
 * it is that of the manifest: one question has one answer. Options keep theirs.
 */
export function listedCategories(
  role: string,
  order: ListOrder,
  { mentions, manifest: { categories } }: Pick<SlotSource, 'mentions' | 'manifest'>,
): string[] {
  if (order === 'question') return categoriesOf(role, mentions);
  const sorted = categoriesOf(role, mentions).toSorted(
    (one, other) => categories.indexOf(one) - categories.indexOf(other),
  );
  if (order === 'categories') return sorted;
  const offered = mentions.filter(({ source }) => source > 0);
  return [...new Set([...categoriesOf(role, offered), ...sorted])];
}

/** Turns and stops of a route: `1. [please fill in] 2. Go forward until the lamp`. */
function fillSteps({ mentions, question, options, manifest }: SlotSource): string | Refusal {
  const { steps } = manifest.reading;
  const route = routeOf(mentions, question, options);
  if (route.length === 0) return refuse('incomplete', manifest, 'say where the way ends');
  if (turnsOf(route) === 0) return refuse('incomplete', manifest, 'say where a turn is to be filled in');
  return route
    .map(({ to }, index) => `${index + 1}. ${to === null ? steps.blank : steps.go.replace('{x}', to)}`)
    .join(' ');
}

const joined = (words: readonly string[], [separator, last]: readonly [string, string]): string =>
  words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(separator)}${last}${words.at(-1) ?? ''}`;

const inForm = (category: string, form: 'plural' | undefined, manifest: ReadingManifest): string =>
  form === 'plural' ? pluralOf(category, manifest) : category;

function fillOne(
  { role, form, ...slot }: Extract<Slot, { role: string }>,
  { mentions, manifest }: SlotSource,
): string | Refusal {
  const asked = mentions.filter(({ source }) => source === 0);
  const inQuestion = categoriesOf(role, asked);
  const other = 'else' in slot ? slot.else : undefined;
  const last = other === undefined ? undefined : categoriesOf(other, asked.toReversed())[0];
  const named = inQuestion.length > 0 ? inQuestion : categoriesOf(role, mentions);
  const found = named.length > 0 || last === undefined ? named : [last];
  const [category] = found;
  if (category !== undefined && found.length === 1) return inForm(category, form, manifest);
  const what = ROLE_WORDS[role] ?? 'which thing is asked about';
  return refuse(
    'incomplete',
    manifest,
    found.length === 0 ? `say ${what}` : `${listed(found)} cannot both be meant, so say ${what}`,
  );
}

function fillList(slot: ListSlot, source: SlotSource): string | Refusal {
  const found = listedCategories(slot.role, slot.order ?? 'options', source);
  if (found.length < slot.min || found.length > slot.max) {
    const number = slot.min === slot.max ? `${slot.min}` : `${slot.min} to ${slot.max}`;
    return refuse('needs_options', source.manifest, `name ${number} different things to choose from`);
  }
  return joined(
    found.map((category) => inForm(category, slot.form, source.manifest)),
    slot.join,
  );
}

function fillMoment(
  { moment, default: standard }: Extract<Slot, { moment: string }>,
  { moments, clock, manifest, task }: SlotSource,
): string | Refusal {
  const defaultOf = (which: 'start' | 'end'): number => (which === 'start' ? 0 : clock.lastS);
  const whole = (seconds: number): string => String(Math.max(0, Math.min(Math.round(seconds), clock.lastS)));
  if (moment === 'only') {
    if (moments.length > 1) return refuse('incomplete', manifest, 'name one moment of the video');
    return whole(moments[0]?.at(-1) ?? defaultOf(standard));
  }
  const named = moments.flat();
  if (named.length > 2) return refuse('incomplete', manifest, 'name two moments of the video');
  const [first, second] = named;
  if (first === undefined) return whole(defaultOf(standard));
  if (second !== undefined)
    return whole(moment === 'earlier' ? Math.min(first, second) : Math.max(first, second));
  // one of two is the earlier one, but where that leaves nothing of the video
  const later = Object.values(task.slots).find((slot) => 'moment' in slot && slot.moment === 'later');
  const end = defaultOf(later !== undefined && 'moment' in later ? later.default : 'end');
  return whole(moment === 'later' ? end : whole(first) === whole(end) ? defaultOf(standard) : first);
}

/** What a place is called where nobody tells. */
const ROOM = 'room';
