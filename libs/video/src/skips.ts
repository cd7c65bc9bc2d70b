/** Of a decode that takes key pictures alone: all others are left out. */
export const ALL_BUT_KEYS = 'all but keys';

/** What a decode leaves out. */
export type Skips =
  | typeof ALL_BUT_KEYS
  | {
      /** When the first packet's picture is shown, in ticks: at another one, the seek led elsewhere. */
      startTicks: number;
      /** For each packet from there on, whether it is left out. */
      left: readonly boolean[];
    };
