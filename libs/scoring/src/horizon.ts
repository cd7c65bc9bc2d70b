/** How long a video is, in the groups of the field: under a minute, one to two minutes, over two. */
export const HORIZONS = ['short', 'mid', 'long'] as const;
export type Horizon = (typeof HORIZONS)[number];

const MINUTE_S = 60;

/** The group of a video's length. One minute sharp is mid, and so are two. */
export const horizonOf = (durationS: number): Horizon =>
  durationS < MINUTE_S ? 'short' : durationS <= 2 * MINUTE_S ? 'mid' : 'long';
