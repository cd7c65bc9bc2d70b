/** The middle value, or the mean of the two middle ones; 0 of none. */
export function median(values: Float32Array): number {
  const sorted = values.toSorted();
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
