import { keyOf, type Dataset, type EvalQuestion } from '../dataset/dataset.js';
import type { AnswerRow } from '../run/answers-file.js';
import { scoreOf } from '../run/row.js';

/** An answer with its score and the blind baseline's score, 0 to 1. */
export interface JudgedAnswer {
  row: AnswerRow;
  question: EvalQuestion;
  score: number;
  blind: number | null;
}

/**
 * Joins rows with their questions, in the data set's order. Scores are computed anew, so that newer code can
 * report an old run.
 * @param guesses the blind baseline's answers by key
 */
export function judge(
  dataset: Dataset,
  rows: readonly AnswerRow[],
  guesses: ReadonlyMap<string, string> | null,
): JudgedAnswer[] {
  const rowsByKey = new Map(
    rows.map((row) => [keyOf({ scene: row.scene, questionType: row.question_type, id: row.id }), row]),
  );
  return dataset.questions.flatMap((question): JudgedAnswer[] => {
    const row = rowsByKey.get(keyOf(question));
    if (row === undefined) return [];
    const guess = guesses?.get(keyOf(question));
    const score = row.status === 'failed' ? 0 : scoreOf(question, row.prediction);
    return [{ row, question, score, blind: guess === undefined ? null : scoreOf(question, guess) }];
  });
}
