/** The arithmetic mean; NaN without values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle value, or the mean of the two middle values; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  return mean(sorted.slice(sorted.length % 2 === 1 ? upper : upper - 1, upper + 1));
}

/** The mean of the last quarter over the mean of the first quarter. */
export function quarterRatio(values: readonly number[]): number {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  return mean(values.slice(-quarter)) / mean(values.slice(0, quarter));
}

/** The median of the last quarter over that of the values from `first` on, before `end`. */
export const growthRatio = (values: readonly number[], first: number, end: number): number =>
  median(values.slice(-Math.max(1, Math.floor(values.length / 4)))) / median(values.slice(first, end));

/** The value below which the given share of the values lies, such as 0.99; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
