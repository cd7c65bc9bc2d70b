import { sum } from './estimate.js';

const BINS = 10;

export interface Judged {
  /** 0 to 1, from the model. */
  confidence: number;
  /** 0 to 1, of the answer. */
  score: number;
}

export interface CalibrationBin {
  from: number;
  to: number;
  questions: number;
  /** Means; null where the bin is empty. */
  confidence: number | null;
  score: number | null;
}

export interface Calibration {
  /**
   * Expected calibration error, 0 to 1: the mean over answers of |confidence − score|, both means of their
   * bin.
   */
  error: number;
  questions: number;
  bins: CalibrationBin[];
}

/** Calibration over ten bins of equal width. A confidence of 1 is in the last bin. Null without answers. */
export function calibration(answers: readonly Judged[]): Calibration | null {
  if (answers.length === 0) return null;
  const binned = Map.groupBy(answers, ({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)));
  const bins = Array.from({ length: BINS }, (_, index): CalibrationBin => {
    const within = binned.get(index) ?? [];
    const mean = (values: number[]) => (values.length === 0 ? null : sum(values) / values.length);
    return {
      from: index / BINS,
      to: (index + 1) / BINS,
      questions: within.length,
      confidence: mean(within.map(({ confidence }) => confidence)),
      score: mean(within.map(({ score }) => score)),
    };
  });
  const gaps = bins.map(
    ({ questions, confidence, score }) =>
      (questions * Math.abs((confidence ?? 0) - (score ?? 0))) / answers.length,
  );
  return { error: sum(gaps), questions: answers.length, bins };
}
