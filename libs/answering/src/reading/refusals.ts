import type { Manifest, ReadingSection, RefusalReason } from '@loci/contracts';
import { holdsTraceWords } from '../trace.js';

/** The parts of a manifest that questions are read with. */
export type ReadingManifest = Pick<Manifest, 'tasks' | 'unsupported_tasks' | 'categories' | 'background'> & {
  reading: ReadingSection;
};

/** Why a question has no answer, and what can be asked instead. */
export interface Refusal {
  reason: RefusalReason;
  /** One sentence. */
  message: string;
}

/** So much of a person's own words stands in a message. */
const MAX_QUOTED = 40;

/** Words of a person; what is no word of theirs but a token of the model is not repeated. */
export const quoted = (text: string): string =>
  holdsTraceWords(text)
    ? 'This'
    : `“${text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED - 1)}…` : text}”`;

/** Words in a row: `a, b and c`. */
export const listed = (words: readonly string[], last = ' and '): string =>
  words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')}${last}${words.at(-1) ?? ''}`;

/** The categories that can be asked about: all but the background. */
export const askableCategories = ({ categories, background }: ReadingManifest): string[] =>
  categories.filter((category) => !background.includes(category));

/** Whether the answer graph was trained on a task, and answers it well enough. */
export const isMastered = (
  task: string,
  manifest: Pick<ReadingManifest, 'tasks' | 'unsupported_tasks'>,
): boolean => Object.hasOwn(manifest.tasks, task) && !manifest.unsupported_tasks.includes(task);

export const pluralOf = (category: string, { reading }: Pick<ReadingManifest, 'reading'>): string =>
  (Object.hasOwn(reading.categories, category) ? reading.categories[category]?.plural : undefined) ??
  `${category}s`;

/** A question that can be answered, about the bundle's own things. */
function exampleOf(manifest: ReadingManifest): string {
  const [first = 'thing', second = first, third = second] = askableCategories(manifest);
  return `how many ${pluralOf(second, manifest)} there are, or how far the ${third} is from the ${first}`;
}

export function refuse(reason: RefusalReason, manifest: ReadingManifest, detail = ''): Refusal {
  return { reason, message: messageOf(reason, manifest, detail) };
}

function messageOf(reason: RefusalReason, manifest: ReadingManifest, detail: string): string {
  const example = exampleOf(manifest);
  switch (reason) {
    case 'no_question':
      return `This is no question about the space in the video: ask, for example, ${example}.`;
    case 'not_about_space':
      return `Only the space in the video is known here: ask, for example, ${example}.`;
    case 'no_such_task':
      return 'This is not measured here: ask for counts, distances, sizes, directions or routes.';
    case 'other_language':
      return `Only English is read: ask, for example, ${example}.`;
    case 'not_answered_yet':
      return `This model does not answer such questions yet: ask, for example, ${example}.`;
    case 'unknown_thing':
      return `${detail} cannot be asked about: ask about ${listed(
        askableCategories(manifest).map((category) => pluralOf(category, manifest)),
        ' or ',
      )}.`;
    case 'not_seen':
      return `The video shows no ${detail} that the memory holds: ask what there is.`;
    case 'needs_options':
      return `This question is a choice: ${detail || 'give the answers as options'}.`;
    case 'moment_outside':
      return `That moment cannot be asked about: ${detail}.`;
    case 'incomplete':
      return `The question leaves something open: ${detail || `ask, for example, ${example}`}.`;
    case 'unknown_scale':
      return 'How long the camera’s path is in metres is not known: give the job its height above the floor.';
    case 'unclear':
      return `The question could not be answered clearly: ask in other words, for example ${example}.`;
  }
}
