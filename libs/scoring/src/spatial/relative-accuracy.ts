/** 1 − θ for θ in 0.50, 0.55 … 0.95: the relative errors that are allowed. */
const ALLOWED = [0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05];
/** So that 1.05 against 1 is an error of 5 % in binary too. */
const SLACK = 1e-9;

/**
 * Mean relative accuracy, 0 to 1: the share of the ten thresholds θ at which |p − t| / |t| ≤ 1 − θ. The paper writes <;
 * the benchmark's code, whose numbers the field compares, has ≤. A truth of 0 is met only by 0.
 */
export function meanRelativeAccuracy(predicted: number, truth: number): number {
  if (truth === 0) return predicted === 0 ? 1 : 0;
  const error = Math.abs(predicted - truth) / Math.abs(truth);
  let within = 0;
  for (const allowed of ALLOWED) if (error <= allowed + SLACK) within += 1;
  return within / ALLOWED.length;
}
