import type { RefusalReason } from '@loci/contracts';
import { composeQuestion, type CanonicalQuestion, type RefusedQuestion } from '../../src/index.js';
import { marked, READER } from './bundle.js';

/** Of a video that stands still for half of its time. */
export const CLOCK = {
  startS: 0,
  durationS: 28,
  firstStateS: 7.5,
  lastS: 27,
  memoryS: (videoS: number) => videoS / 2,
};

/** Composes a question as it would be read: as `task`, with the marks in its text and in its options. */
function compose(task: string | null, text: string, options: string[] | null = null, reason?: RefusalReason) {
  const question = marked(text);
  const given = options?.map((option, index) => marked(option, index + 1)) ?? null;
  return composeQuestion({
    reading: {
      task,
      reason: task === null ? (reason ?? 'no_question') : null,
      unit: null,
      mentions: [...question.mentions, ...(given ?? []).flatMap(({ mentions }) => mentions)],
    },
    question: question.text,
    options: given?.map((option) => option.text) ?? null,
    clock: CLOCK,
    manifest: READER,
  });
}
export function asked(...args: Parameters<typeof compose>): CanonicalQuestion {
  const composed = compose(...args);
  if ('refusal' in composed) throw new Error(composed.refusal.message);
  return composed;
}
export function refused(...args: Parameters<typeof compose>): RefusedQuestion {
  const composed = compose(...args);
  if ('refusal' in composed) return composed;
  throw new Error(composed.question);
}
