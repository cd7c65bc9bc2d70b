import type { ReadingTask } from '@loci/contracts';
import { optionsIn, ordersIn } from './options.js';
import type { Mention } from './mentions.js';
import type { Reading } from './reading.js';
import { askableCategories, isMastered, type ReadingManifest } from './refusals.js';
import { categoriesOf } from './slots.js';

/** Tasks whose answers the runtime can compose of the answers to other questions. */
export const COMPOSABLE = [
  'object_existence',
  'object_location',
  'object_first_seen',
  'object_last_seen',
  'inventory',
  'object_size_comparison',
  'object_counting_several',
  'object_rel_distance',
  'obj_appearance_order',
  'camera_obj_rel_dist',
] as const;
export type ComposableTask = (typeof COMPOSABLE)[number];

/** Tasks that, asked about no things in particular, are about all that there are. */
const OPEN: readonly ComposableTask[] = [
  'object_size_comparison',
  'object_rel_distance',
  'obj_appearance_order',
  'camera_obj_rel_dist',
];

interface ComposableSource {
  task: ReadingTask;
  mentions: readonly Mention[];
  /** The person's options; null of none. */
  given: readonly string[] | null;
  manifest: Pick<ReadingManifest, 'tasks' | 'unsupported_tasks'>;
}

/**
 * The task under which an answer is composed; null where the answer graph is asked itself. That knows the
 * task, and its question has as many things, and the options, that the graph was trained on.
 */
export function composedTask({ task, mentions, given, manifest }: ComposableSource): ComposableTask | null {
  const composable = COMPOSABLE.find((name) => name === task.task);
  if (composable === undefined) return null;
  if (!isMastered(composable, manifest)) return composable;
  const list = listSlot(task);
  if (list === null) return null;
  const { length } = categoriesOf(list.role, mentions);
  const isTold = given !== null || !needsGiven(task) || ordersIn(mentions, task) !== null;
  return length >= list.min && length <= list.max && isTold ? null : composable;
}

const listSlot = ({ slots }: ReadingTask) => Object.values(slots).find((slot) => 'min' in slot) ?? null;
const needsGiven = (task: ReadingTask): boolean =>
  task.options !== undefined && 'given' in task.options && optionsIn(task) === null;

const EXISTENCE = 'object_existence';
const COUNTING = 'object_counting';

/** As many things as a choice has letters. */
const MOST = 26;

/** A task as it is composed: of any number of things, from two on. */
export const composedForm = (task: ReadingTask): ReadingTask => ({
  ...task,
  slots: Object.fromEntries(
    Object.entries(task.slots).map(([name, slot]) => [
      name,
      'min' in slot ? { ...slot, min: 2, max: MOST } : slot,
    ]),
  ),
});

const DIRECTION = 'object_rel_direction';
const LOCATION = 'object_location';

/**
 * A direction of the one thing that a question names, with nowhere to stand, is asked from where the camera
 * ended: it is the thing's location. Any other reading stays as it is.
 */
export function fromTheCamera(reading: Reading, { tasks }: ReadingManifest['reading']): Reading {
  const { task, mentions } = reading;
  const named = new Set(
    // things that the model does not know have one label, and are told apart by their words
    mentions.flatMap(({ thing, text, source }) =>
      source > 0 ? [] : thing === 'other' ? text : (thing ?? []),
    ),
  );
  const isDirection = task !== null && Object.hasOwn(tasks, task) && tasks[task]?.task === DIRECTION;
  if (!isDirection || named.size !== 1 || !Object.hasOwn(tasks, LOCATION)) return reading;
  const asTarget = (mention: Mention) => (mention.thing === null ? mention : { ...mention, role: 'target' });
  return { ...reading, task: LOCATION, mentions: mentions.map(asTarget) };
}

/** Whether there is a thing, and how many, is a count: it says both. Any other reading stays as it is. */
export function asCount(reading: Reading, question: string, { tasks }: ReadingManifest['reading']): Reading {
  const { task } = reading;
  const isExistence = task !== null && Object.hasOwn(tasks, task) && tasks[task]?.task === EXISTENCE;
  if (!isExistence || !Object.hasOwn(tasks, COUNTING)) return reading;
  return /\bhow many\b|\b(?:what|which) number\b/i.test(question) ? { ...reading, task: COUNTING } : reading;
}

/** A question whose answer is composed. */
export interface Composed {
  task: ComposableTask;
  mentions: readonly Mention[];
  /** It names nothing to choose from: all the things that there may be are among its mentions. */
  isOpen: boolean;
}

/** Words for things to choose from that stand elsewhere. */
const OF_THESE = new RegExp(
  String.raw`\b(?:of|among|amongst|between|from) (?:these|those|them|both` +
    String.raw`|(?:the|my|your) (?:following|two|three|four|five|options|candidates|choices|list))\b` +
    String.raw`|\b(?:the|given|listed|which) (?:following|options?|candidates?|choices?)\b`,
  'i',
);

/** A question to compose; where it leaves open what to choose from, with all the things that there may be. */
export function withOpenList(
  composable: ComposableTask,
  task: ReadingTask,
  {
    mentions,
    question,
    manifest,
  }: { mentions: readonly Mention[]; question: string; manifest: ReadingManifest },
): Composed {
  const list = listSlot(task);
  const isLeftOpen = categoriesOf(list?.role ?? '', mentions).length === 0 && !OF_THESE.test(question);
  if (list === null || !OPEN.includes(composable) || !isLeftOpen)
    return { task: composable, mentions, isOpen: false };
  const named = mentions.flatMap(({ thing, role }) => (role === 'none' ? [] : [thing]));
  const others = askableCategories(manifest).filter((category) => !named.includes(category));
  const added = others.map((thing) => ({ text: thing, thing, role: list.role, source: 0, start: 0, end: 0 }));
  return { task: composable, mentions: [...mentions, ...added], isOpen: true };
}
