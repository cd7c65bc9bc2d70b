import type { ReadingSection, ReadingTask, Slot, Understood } from '@loci/contracts';
import { normaliseOptions } from '../prompt.js';
import {
  asCount,
  composedForm,
  composedTask,
  fromTheCamera,
  withOpenList,
  type Composed,
} from './composable.js';
import { WORD_ROLES, type Mention } from './mentions.js';
import type { Clock } from './moments.js';
import type { Reading } from './reading.js';
import { isMastered, quoted, refuse, type ReadingManifest, type Refusal } from './refusals.js';
import { optionsIn, promptOptions, sidesIn, withCategories } from './options.js';
import { inOrder, otherWayRound } from './symmetric.js';
import { asksForMoments, askWithin, momentsOf } from './asked-moments.js';
import { placeOf } from './place.js';
import { fill, type SlotSource } from './slots.js';

/** What the answer graph is asked. */
export interface CanonicalQuestion {
  /** The key of `manifest.tasks` that was read. */
  task: string;
  question: string;
  /** The same as the answer graph is asked it: its moments are by the memory's clock. */
  put: string;
  /** The same with two things the other way round that may change places; null of one without such. */
  putOtherWayRound: string | null;
  /** As the person asked it. */
  asked: string;
  /** The prompt's options, without letters; null of a question that has none. */
  options: string[] | null;
  /** The categories of the things that it takes to be there, each once: all but those to choose from. */
  presupposed: readonly string[];
  /** The categories of those, each once. */
  candidates: readonly string[];
  /** The options are the person's own. */
  hasGiven: boolean;
  /** What it mentions. */
  mentions: readonly Mention[];
  /**
   * Second from the first picture that the memory is asked as of, where the task has no moments of its own;
   * null for all of it.
   */
  asOfS: number | null;
  /** Of a task with moments, which it is asked about: whole seconds from the first picture. */
  moments: Partial<Record<Extract<Slot, { moment: string }>['moment'], number>>;
  /** How the answer is composed of others; null where the answer graph is asked this question. */
  composed: Composed | null;
  understood: Understood;
}

/** A question that is not asked, with what was understood of it: null where it has no task. */
export interface RefusedQuestion {
  refusal: Refusal;
  understood: Understood | null;
}

export interface ComposeInput {
  reading: Reading;
  question: string;
  /** As they were given, lettered or not; null of none. */
  options: readonly string[] | null;
  clock: Clock;
  manifest: ReadingManifest;
}

/** The canonical question of a reading, or why there is none. Never throws. */
export function composeQuestion({
  reading: read,
  question,
  options,
  clock,
  manifest,
}: ComposeInput): CanonicalQuestion | RefusedQuestion {
  const section = manifest.reading;
  const reading = asCount(fromTheCamera(read, section), question, section);
  const { unit } = reading;
  const given = options === null || options.length === 0 ? null : normaliseOptions(options);
  const label = reading.task === null ? null : labelFor(reading.task, given ?? sidesIn(question), section);
  const native = label === null || !Object.hasOwn(section.tasks, label) ? undefined : section.tasks[label];
  if (label === null || native === undefined)
    return { refusal: refuse(reading.reason ?? 'unclear', manifest), understood: null };

  const composable = composedTask({ task: native, mentions: reading.mentions, given, manifest });
  const task = composable === null ? native : composedForm(native);
  const composed =
    composable === null ? null : withOpenList(composable, task, { ...reading, question, manifest });
  const mentions = inOrder((composed ?? reading).mentions, task, manifest);
  const moments = momentsOf({ task, mentions, question, clock, manifest });
  const understood: Understood = {
    task: label,
    question: null,
    things: namedThings(reading.mentions),
    unit,
    moments: 'reason' in moments ? [] : moments.flat().map((seconds) => seconds + clock.startS),
  };
  const refused = (refusal: Refusal): RefusedQuestion => ({ refusal, understood });

  const unknown = unknownThing(mentions, task, manifest);
  if (unknown !== null) return refused(refuse('unknown_thing', manifest, quoted(unknown.text)));
  if (composed === null && !isMastered(task.task, manifest))
    return refused(refuse('not_answered_yet', manifest));
  if ('reason' in moments) return refused(moments);

  const asked =
    composed === null
      ? promptOptions({ task, mentions, given, question, manifest })
      : (given?.map((option, index) => withCategories(option, index + 1, mentions)) ?? null);
  if (asked !== null && 'reason' in asked) return refused(asked);
  const source: SlotSource = {
    ...{ task, question, mentions, options: asked, moments, clock, manifest },
  };
  const filled: Record<string, string> = {};
  const put: Record<string, string> = {};
  const when: CanonicalQuestion['moments'] = {};
  for (const [name, slot] of Object.entries(task.slots)) {
    const text = fill(slot, source);
    if (typeof text !== 'string') return refused(text);
    filled[name] = text;
    if ('moment' in slot) when[slot.moment] = Number(text);
    put[name] = 'moment' in slot ? String(Math.round(clock.memoryS(Number(text)))) : text;
  }
  const asOfS = asksForMoments(task) ? null : momentAsked(moments.flat(), clock);
  if (asOfS !== null && asOfS < clock.firstStateS)
    return refused(refuse('moment_outside', manifest, askWithin(clock.firstStateS, clock)));
  const isPlaced = placeOf({ mentions, question }, section) !== null;
  const wording = isPlaced ? task.wording : (task.unplaced ?? task.wording);
  const canonical = worded(wording, filled);
  const swapped = otherWayRound(task, put);
  return {
    task: task.task,
    question: canonical,
    put: worded(wording, put),
    putOtherWayRound: swapped && worded(wording, swapped),
    asked: question,
    options: asked,
    presupposed: thingsIn(mentions, presupposedRoles(task)),
    candidates: thingsIn(mentions, candidateRoles(task)),
    hasGiven: given !== null,
    mentions,
    asOfS,
    moments: when,
    composed,
    understood: { ...understood, question: canonical },
  };
}

const worded = (wording: string, words: Readonly<Record<string, string>>): string =>
  wording.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '');

/** The latest moment, where it leaves something of the video out. */
const momentAsked = (moments: readonly number[], { lastS }: Clock): number | null => {
  const latest = Math.max(...moments);
  return moments.length === 0 || latest >= lastS ? null : latest;
};

/**
 * Of labels of one task that differ in their fixed options, the one whose options were given, or stand in the
 * question; else the one read.
 */
function labelFor(label: string, given: readonly string[] | null, { tasks }: ReadingSection): string {
  const task = Object.hasOwn(tasks, label) ? tasks[label] : undefined;
  if (task === undefined || given === null || optionsIn(task) === null) return label;
  const setOf = (options: readonly string[]) =>
    options
      .map((option) => option.trim().toLowerCase())
      .sort()
      .join('\n');
  const wanted = setOf(given);
  const alike = Object.keys(tasks).filter((other) => tasks[other]?.task === task.task);
  return (
    alike.find((other) => {
      const fixed = tasks[other] === undefined ? null : optionsIn(tasks[other]);
      return fixed !== null && setOf(fixed) === wanted;
    }) ?? label
  );
}

/** The things that the question itself names, in its order. */
const namedThings = (mentions: readonly Mention[]): Understood['things'] =>
  mentions.flatMap(({ text, thing, role, source }) =>
    thing === null || source > 0 ? [] : [{ text, category: thing === 'other' ? null : thing, role }],
  );

/**
 * The first thing that cannot be asked about: an unknown one that has a role, or a background one in a role
 * of the task.
 */
function unknownThing(
  mentions: readonly Mention[],
  task: ReadingTask,
  { background }: ReadingManifest,
): Mention | null {
  const used = usedRoles(task);
  return (
    mentions.find(({ thing, role }) => {
      if (thing === null || role === 'none' || WORD_ROLES.some((word) => word === role)) return false;
      return thing === 'other' || (used.has(role) && background.includes(thing));
    }) ?? null
  );
}

/** The roles in which a task has things. */
const usedRoles = (task: ReadingTask): ReadonlySet<string> =>
  new Set([...presupposedRoles(task), ...candidateRoles(task)]);

/** Those of things of which none is to be chosen: without one of them there is nothing to tell. */
const presupposedRoles = ({ slots }: ReadingTask): ReadonlySet<string> =>
  new Set(
    Object.values(slots).flatMap((slot) =>
      'steps' in slot ? ['step', 'goal'] : 'role' in slot && !('min' in slot) ? [slot.role] : [],
    ),
  );

/** Those of things to choose from. */
const candidateRoles = ({ slots, options }: ReadingTask): ReadonlySet<string> =>
  new Set([
    ...Object.values(slots).flatMap((slot) => ('min' in slot ? [slot.role] : [])),
    ...(options !== undefined && 'of' in options ? [options.of] : []),
  ]);

const thingsIn = (mentions: readonly Mention[], roles: ReadonlySet<string>): string[] => [
  ...new Set(mentions.flatMap(({ thing, role }) => (thing !== null && roles.has(role) ? [thing] : []))),
];
