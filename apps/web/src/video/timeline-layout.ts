import type { Entry, Timeline } from '@loci/contracts';

export interface Mark {
  /** Percent of the timeline's width. */
  at: number;
  t_s: number;
}

/** A moment at which things are seen for the first time. */
export interface Sighting extends Mark {
  /** Their categories, without repetition. */
  names: string[];
}

/** Where a second lies, in percent of the width. */
export const placeOf = (seconds: number, duration: number): number =>
  duration <= 0 ? 0 : (Math.min(Math.max(seconds, 0), duration) / duration) * 100;

/** One mark a second of the video, in order. */
export const marksOf = (times: readonly number[], duration: number): Mark[] =>
  [...new Set(times)].sort((a, b) => a - b).map((t_s) => ({ t_s, at: placeOf(t_s, duration) }));

/** The seconds at which entries of a kind stand. */
export const entryMarks = (entries: readonly Entry[], kind: Entry['kind'], duration: number): Mark[] =>
  marksOf(
    entries.filter((entry) => entry.kind === kind).map((entry) => entry.t_s),
    duration,
  );

/** When things are seen for the first time, in order. */
export const sightings = (seen: Timeline['first_sightings'], duration: number): Sighting[] =>
  marksOf(
    seen.map(({ t_s }) => t_s),
    duration,
  ).map((mark) => ({
    ...mark,
    names: [...new Set(seen.filter(({ t_s }) => t_s === mark.t_s).map(({ category }) => category))],
  }));
