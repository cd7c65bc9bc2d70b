import type { ReadingSection, RefusalReason } from '@loci/contracts';
import { argmax, mentionsOf, type Mention, type ReadingScores } from './mentions.js';
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

/** The read graph's outputs as a reading. A task that is less sure than the threshold is none. */
export function readingOf(
  texts: readonly PlacedText[],
  scores: ReadingScores,
  { labels, thresholds }: Pick<ReadingSection, 'labels' | 'thresholds'>,
): Reading {
  const best = argmax(scores.task);
  const isSure = Math.exp(scores.task[best] ?? -Infinity) >= thresholds.task;
  const hasTask = best !== 0 && isSure;
  const unit = argmax(scores.unit);
  return {
    task: hasTask ? (labels.tasks[best] ?? null) : null,
    reason: hasTask
      ? null
      : best === 0
        ? (labels.reasons[argmax(scores.reason)] ?? 'no_question')
        : 'unclear',
    unit: unit === 0 ? null : (labels.units[unit] ?? null),
    mentions: mentionsOf(texts, scores, labels),
  };
}
