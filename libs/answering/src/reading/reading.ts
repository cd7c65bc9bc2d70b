import type { ReadingSection, RefusalReason } from '@loci/contracts';
import { argmax } from './argmax.js';
import { mentionsOf, type CallThing, type Mention, type ReadingScores } from './mentions.js';
import type { PlacedText } from './words.js';

/** What a reader made of a question. */
export interface Reading {
  /** A key of `reading.tasks`; null of a question of no task. */
  task: string | null;
  /** Why it has no task; null where it has one. */
  reason: RefusalReason | null;
  /** A key of `reading.units`; null where no unit was asked for. */
  unit: string | null;
  mentions: Mention[];
}

/** The reading of a question that has no word. */
export const EMPTY_READING: Reading = { task: null, reason: 'no_question', unit: null, mentions: [] };

/**
 * The read graph's outputs as a reading. A question has no task where none is likely enough, or no task is
 * likely enough.
 */
export function readingOf(
  texts: readonly PlacedText[],
  scores: ReadingScores,
  section: Pick<ReadingSection, 'labels' | 'thresholds' | 'tasks' | 'categories'>,
  call?: CallThing,
): Reading {
  const { labels, thresholds } = section;
  const best = 1 + argmax(scores.task.subarray(1));
  const isNone = Math.exp(scores.task[0] ?? -Infinity) >= thresholds.none;
  const isSure = Math.exp(scores.task[best] ?? -Infinity) >= thresholds.task;
  const task = isNone || !isSure ? null : (labels.tasks[best] ?? null);
  const unit = argmax(scores.unit);
  return {
    task,
    reason:
      task !== null ? null : isNone ? (labels.reasons[argmax(scores.reason)] ?? 'no_question') : 'unclear',
    unit: unit === 0 ? null : (labels.units[unit] ?? null),
    mentions: mentionsOf(texts, scores, section, task === null ? null : (section.tasks[task] ?? null), call),
  };
}
