import type { Answer } from '@loci/contracts';

/** The unit of a question type's truths. */
const UNITS: Record<string, string> = {
  object_abs_distance: 'm',
  object_size_estimation: 'cm',
  room_size_estimation: 'm2',
  camera_displacement: 'm',
  camera_obj_abs_dist: 'm',
  camera_obj_dist_change: 'm',
};

/** What 1 of a unit is in metres or square metres. */
const FACTORS: Record<string, { of: string; factor: number }> = {
  m: { of: 'm', factor: 1 },
  cm: { of: 'm', factor: 0.01 },
  mm: { of: 'm', factor: 0.001 },
  km: { of: 'm', factor: 1000 },
  ft: { of: 'm', factor: 0.3048 },
  in: { of: 'm', factor: 0.0254 },
  yd: { of: 'm', factor: 0.9144 },
  m2: { of: 'm2', factor: 1 },
  ft2: { of: 'm2', factor: 0.09290304 },
};

/**
 * An answer's number in the unit of its question type's truths, as text; null where it is in that unit
 * already.
 */
function inUnitOfTruth(questionType: string, { value, unit }: Pick<Answer, 'value' | 'unit'>): string | null {
  const own = UNITS[questionType];
  if (value === null || unit === null || own === undefined || unit === own) return null;
  const [from, to] = [FACTORS[unit], FACTORS[own]];
  if (from === undefined || to === undefined || from.of !== to.of) return null;
  return String(Number(((value * from.factor) / to.factor).toPrecision(8)));
}

/** What an answer says in the terms of the truth; '' of a refusal, whose sentence is no answer. */
export function predictionOf(
  questionType: string,
  answer: Pick<Answer, 'reason' | 'choice' | 'text' | 'value' | 'unit'>,
): string {
  if (answer.reason !== null) return '';
  return answer.choice ?? inUnitOfTruth(questionType, answer) ?? answer.text;
}
