import type { ClockRange, ClockScale } from '@loci/contracts';

/** Halvings after which a spread is exact to less than a microsecond. */
const ROUNDS = 64;

/**
 * How the clock of a video's memory runs, so that its last second is the last one that the model tells.
 * @param range what the model tells; undefined: it tells every second
 */
export function clockScale(range: ClockRange | undefined, durationS: number): ClockScale {
  if (range === undefined || durationS <= range.last_s) return { slows: null };
  const { exact_s, last_s } = range;
  const [rest, told] = [durationS - exact_s, last_s - exact_s];
  // spread · log(1 + rest / spread) grows with the spread, and is above rest − rest² / (2 · spread)
  let [low, high] = [0, (rest * rest) / (rest - told)];
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (middle * Math.log1p(rest / middle) < told) low = middle;
    else high = middle;
  }
  return { slows: { exact_s, spread_s: high } };
}
