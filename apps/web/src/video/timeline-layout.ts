import type { Entry } from '@loci/contracts';

export interface Mark {
  /** Percent of the timeline's width. */
  at: number;
  t_s: number;
}

export interface Labelled extends Mark {
  text: string;
  /** Which row of labels it stands in, from 0, so that none covers another. */
  row: number;
}

/** Where a second lies, in percent of the width. */
export const placeOf = (seconds: number, duration: number): number =>
  duration <= 0 ? 0 : (Math.min(Math.max(seconds, 0), duration) / duration) * 100;

/** One mark a second of the video at which entries of a kind stand, in order. */
export function entryMarks(entries: readonly Entry[], kind: Entry['kind'], duration: number): Mark[] {
  const times = entries.filter((entry) => entry.kind === kind).map((entry) => entry.t_s);
  return [...new Set(times)].sort((a, b) => a - b).map((t_s) => ({ t_s, at: placeOf(t_s, duration) }));
}

/**
 * Puts labels into as few rows as keep them apart.
 * @param width of a label, in percent of the timeline's
 * @param rows at most; labels that fit in none are left out
 */
export function layLabels(
  items: readonly { t_s: number; text: string }[],
  duration: number,
  width: (text: string) => number,
  rows: number,
): Labelled[] {
  const ends = Array.from({ length: rows }, () => -Infinity);
  const laid: Labelled[] = [];
  for (const { t_s, text } of [...items].sort((a, b) => a.t_s - b.t_s)) {
    // a label begins at its moment, unless it would leave the timeline
    const at = Math.min(placeOf(t_s, duration), 100 - width(text));
    const row = ends.findIndex((end) => end <= at);
    if (row === -1) continue;
    ends[row] = at + width(text);
    laid.push({ t_s, text, row, at });
  }
  return laid;
}
