import type { ReadingSection, ReadingTask, Slot } from '@loci/contracts';
import { asksForLeast } from './extremes.js';
import type { Mention } from './mentions.js';
import { parseMoment, type Clock } from './moments.js';
import { listed, pluralOf, refuse, type ReadingManifest, type Refusal } from './refusals.js';

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
  if ('place' in slot) return placeOf(source.mentions, source.manifest.reading);
  if ('options' in slot)
    return joined(
      (source.options ?? []).map((option) => option.toLowerCase()),
      slot.join,
    );
  if ('steps' in slot) return fillSteps(source);
  if ('extreme' in slot) return slot.extreme[asksForLeast(source.question) ? 1 : 0];
  return 'min' in slot ? fillList(slot, source) : fillOne(slot, source);
}

/** The categories of a role's things, each once, in the order of the question or with the options' first. */
export function categoriesOf(
  role: string,
  mentions: readonly Mention[],
  order: 'options' | 'question' = 'question',
): string[] {
  const own = mentions.filter((mention) => mention.thing !== null && mention.role === role);
  const ordered =
    order === 'options'
      ? [...own.filter(({ source }) => source > 0), ...own.filter(({ source }) => source === 0)]
      : own;
  return [...new Set(ordered.map(({ thing }) => thing ?? ''))];
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

function fillList(slot: Extract<Slot, { min: number }>, source: SlotSource): string | Refusal {
  const found = categoriesOf(slot.role, source.mentions, slot.order ?? 'options');
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

function placeOf(mentions: readonly Mention[], { places }: ReadingSection): string {
  const named = mentions.filter(({ role, thing }) => role === 'place' && thing === null);
  const words = named.flatMap(({ text }) => text.toLowerCase().split(/[^\p{L}]+/u));
  return Object.keys(places).find((place) => places[place]?.some((word) => words.includes(word))) ?? 'room';
}

interface Step {
  /** The category to go forward to; null of a turn. */
  to: string | null;
}
const TURN: Step = { to: null };

/** Turns and stops of a route: `1. [please fill in] 2. Go forward until the lamp`. */
function fillSteps({ mentions, manifest }: SlotSource): string | Refusal {
  const { steps } = manifest.reading;
  const route = routeOf(mentions);
  if (route.length === 0) return refuse('incomplete', manifest, 'say where the way ends');
  if (turnsOf(route) === 0) return refuse('incomplete', manifest, 'say where a turn is to be filled in');
  return route
    .map(({ to }, index) => `${index + 1}. ${to === null ? steps.blank : steps.go.replace('{x}', to)}`)
    .join(' ');
}

const turnsOf = (route: readonly Step[]): number => route.filter(({ to }) => to === null).length;

/** How many turns a route leaves open. */
export const openTurns = (mentions: readonly Mention[]): number => turnsOf(routeOf(mentions));

/**
 * The steps of a route in the order of the text, the goal last. Where no turn is marked there is one before
 * each stop, but for a first stop that is faced already. None where neither a stop nor a goal is named.
 */
function routeOf(mentions: readonly Mention[]): Step[] {
  const asked = mentions.filter(({ source }) => source === 0);
  const thingOf = (role: string) =>
    asked.findLast((mention) => mention.role === role && mention.thing !== null)?.thing ?? null;
  const isTurn = ({ role, thing }: Mention) => role === 'blank' && thing === null;
  const firstTurn = asked.findIndex(isTurn);
  const marked = asked.flatMap((mention, place): Step[] => {
    if (isTurn(mention)) return [TURN];
    const { role, thing } = mention;
    const isStop = role === 'step' || (role === 'goal' && firstTurn >= 0 && place > firstTurn);
    return isStop && thing !== null ? [{ to: thing }] : [];
  });
  // "turn = ?" may be two marks of one turn, and a stop may be named twice
  const told = marked.filter(({ to }, index) => index === 0 || marked[index - 1]?.to !== to);
  const goal = thingOf('goal');
  const steps = goal === null || told.at(-1)?.to === goal ? told : [...told, { to: goal }];
  if (steps.every(({ to }) => to === null)) return [];
  if (turnsOf(steps) > 0) return steps;
  return steps.flatMap((step, index) =>
    steps.length > 1 && index === 0 && step.to === thingOf('facing') ? [step] : [TURN, step],
  );
}

/**
 * The moments of a question, each as seconds, or why one of them cannot be meant.
 * @param isAsked the task asks for moments; of another task, those that cannot be read are left out
 */
export function momentsOf(
  mentions: readonly Mention[],
  clock: Clock,
  manifest: ReadingManifest,
  isAsked: boolean,
): number[][] | Refusal {
  const asked = mentions.filter(({ source, thing }) => source === 0 && thing === null);
  const frames = asked.find(({ role }) => role === 'frames');
  const frameCount = frames === undefined ? null : Number(/\d+/.exec(frames.text)?.[0] ?? Number.NaN);
  const moments: number[][] = [];
  for (const { text } of asked.filter(({ role }) => role === 'moment')) {
    const parsed = parseMoment(text, clock, Number.isFinite(frameCount) ? frameCount : null);
    if (!('fault' in parsed)) moments.push(parsed.seconds);
    else if (isAsked)
      return parsed.fault === 'frames'
        ? refuse('moment_outside', manifest, 'say of how many frames it is, or give the time in seconds')
        : refuse('incomplete', manifest, 'give the moment in seconds of the video');
  }
  if (moments.flat().some((seconds) => seconds < 0 || seconds > Math.ceil(clock.durationS)))
    return refuse('moment_outside', manifest, askWithin(0, clock));
  return moments;
}

/** What to ask instead, where a moment cannot be asked about. */
export const askWithin = (firstS: number, { lastS, startS }: Clock): string =>
  `ask about ${Math.ceil(firstS + startS)} to ${Math.floor(lastS + startS)} seconds`;
