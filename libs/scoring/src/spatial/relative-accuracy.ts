/** The thresholds, as `numpy.linspace(0.5, 0.95, 10)` gives them: 0.9 is 0.8999999999999999 there. */
const COUNT = 10;
const [FIRST, LAST] = [0.5, 0.95];
const STEP = (LAST - FIRST) / (COUNT - 1);
const THRESHOLDS = Array.from({ length: COUNT }, (_, index) =>
  index === COUNT - 1 ? LAST : index * STEP + FIRST,
);

/**
 * Mean relative accuracy, 0 to 1: the share of the ten thresholds θ with |p − t| / |t| ≤ 1 − θ, in doubles
 * and without slack, as VSI-Bench's code has it: 6 for a true 5 scores 0.6. Its paper writes <. A truth of 0
 * is matched only by 0, where that code divides by 0.
 */
export function meanRelativeAccuracy(predicted: number, truth: number): number {
  if (truth === 0) return predicted === 0 ? 1 : 0;
  const error = Math.abs(predicted - truth) / Math.abs(truth);
  return THRESHOLDS.filter((threshold) => error <= 1 - threshold).length / COUNT;
}
