/** The allowed relative errors: 1 − θ for θ in 0.50, 0.55 … 0.95. */
const ALLOWED = [0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05];
/** Tolerance of rounding, so that 1.05 against 1 is an error of 5 % in binary too. */
const SLACK = 1e-9;

/**
 * Mean relative accuracy, 0 to 1: the share of the ten thresholds θ with |p − t| / |t| ≤ 1 − θ. VSI-Bench's
 * paper writes <, but its code, whose figures the field compares, has ≤. A truth of 0 is matched only by 0.
 */
export function meanRelativeAccuracy(predicted: number, truth: number): number {
  if (truth === 0) return predicted === 0 ? 1 : 0;
  const error = Math.abs(predicted - truth) / Math.abs(truth);
  return ALLOWED.filter((allowed) => error <= allowed + SLACK).length / ALLOWED.length;
}
