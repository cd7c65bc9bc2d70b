import type { ComposedAnswer } from '@loci/answering';
import { frameTime, type SampledClip } from '@loci/pipeline';

/**
 * An answer with a player's times. Graphs count seconds from the first picture, whenever a player shows it.
 */
export function presented(answer: ComposedAnswer, clip: SampledClip): ComposedAnswer {
  const { startS } = clip;
  // a second is the one at which something is seen
  const value = answer.unit === 's' && answer.value !== null ? toMilliseconds(answer.value + startS) : null;
  return {
    ...answer,
    ...(value === null ? {} : { value, text: String(value) }),
    trace: answer.trace.map((item) =>
      item.first_seen_s === undefined
        ? item
        : { ...item, first_seen_s: toMilliseconds(item.first_seen_s + startS) },
    ),
    evidence: answer.evidence.map((item) => ({ ...item, t_s: frameTime(item.frame, clip) })),
  };
}

const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;
