/** Groups of videos by length, as the field uses them: under one minute, one to two, over two. */
export const HORIZONS = ['short', 'mid', 'long'] as const;
export type Horizon = (typeof HORIZONS)[number];

const MINUTE_S = 60;

/** The group of a video by its length in seconds. Exactly one minute is mid, and so are exactly two. */
export const horizonOf = (durationS: number): Horizon =>
  durationS < MINUTE_S ? 'short' : durationS <= 2 * MINUTE_S ? 'mid' : 'long';
