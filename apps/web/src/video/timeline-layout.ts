import type { Entry } from '@loci/contracts';

export interface Mark {
  /** Percent of the timeline's width. */
  at: number;
  t_s: number;
}

/** Where a second lies, in percent of the width. */
export const placeOf = (seconds: number, duration: number): number =>
  duration <= 0 ? 0 : (Math.min(Math.max(seconds, 0), duration) / duration) * 100;

/** One mark a second of the video at which entries of a kind stand, in order. */
export function entryMarks(entries: readonly Entry[], kind: Entry['kind'], duration: number): Mark[] {
  const times = entries.filter((entry) => entry.kind === kind).map((entry) => entry.t_s);
  return [...new Set(times)].sort((a, b) => a - b).map((t_s) => ({ t_s, at: placeOf(t_s, duration) }));
}
