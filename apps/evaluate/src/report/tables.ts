import {
  benchmarkScore,
  estimate,
  QUESTION_KINDS,
  taskOf,
  type Estimate,
  type SpatialBenchmark,
} from '@loci/scoring';
import type { EvalQuestion } from '../dataset/dataset.js';
import type { AnswerRow } from '../run/answers-file.js';

/** An answer with its score and the blind baseline's, 0 to 1. */
export interface JudgedAnswer {
  row: AnswerRow;
  question: EvalQuestion;
  score: number;
  blind: number | null;
}

/** A score in percent beside the blind baseline's. */
export interface Scored {
  score: number;
  standard_error: number | null;
  blind: number | null;
  margin: number | null;
  questions: number;
}

export interface TaskRow extends Scored {
  task: string;
  metric: 'mean relative accuracy' | 'accuracy' | 'exact match';
}

/** The table of one benchmark. */
export interface ScoreTable {
  benchmark: string;
  /** In the field's order; null where no question was asked. */
  tasks: (TaskRow | { task: string; score: null })[];
  /** Unweighted mean over tasks; null where the field knows no such average. */
  macro: Scored | null;
  /** Flat mean over questions. */
  micro: Scored;
}

function beside(own: Estimate, blind: Estimate | null | undefined): Scored {
  const known = blind === null || blind === undefined ? null : 100 * blind.score;
  return {
    score: 100 * own.score,
    standard_error: own.standardError === null ? null : 100 * own.standardError,
    blind: known,
    margin: known === null ? null : 100 * own.score - known,
    questions: own.questions,
  };
}

/** A benchmark's table over the answers that are of it; null when there are none. */
export function tableOf(
  benchmark: SpatialBenchmark | 'scanqa' | 'sqa3d',
  judged: readonly JudgedAnswer[],
): ScoreTable | null {
  if (benchmark === 'scanqa' || benchmark === 'sqa3d') return wordTable(benchmark, judged);
  const answers = judged.map(({ question: { questionType }, score, blind }) => ({
    questionType,
    score,
    blind,
  }));
  const own = benchmarkScore(benchmark, answers);
  if (own === null) return null;
  const blind = benchmarkScore(
    benchmark,
    answers.flatMap(({ questionType, blind: score }) => (score === null ? [] : [{ questionType, score }])),
  );
  const tasks = own.tasks.map(({ task, estimate: found }, index): ScoreTable['tasks'][number] => {
    const metric = taskOf(task.types[0] ?? '').kind === 'number' ? 'mean relative accuracy' : 'accuracy';
    return found === null
      ? { task: task.title, score: null }
      : { task: task.title, metric, ...beside(found, blind?.tasks[index]?.estimate) };
  });
  return { benchmark, tasks, macro: beside(own.macro, blind?.macro), micro: beside(own.micro, blind?.micro) };
}

/** Exact match by the kind of question; the field's overall value is the flat mean. */
function wordTable(benchmark: string, judged: readonly JudgedAnswer[]): ScoreTable | null {
  if (judged.length === 0) return null;
  const over = (own: readonly JudgedAnswer[]): Scored => {
    const guesses = own.flatMap(({ blind }) => blind ?? []);
    return beside(estimate(own.map(({ score }) => score)), guesses.length === 0 ? null : estimate(guesses));
  };
  const kinds = Map.groupBy(judged, ({ question }) => question.questionType);
  const tasks = QUESTION_KINDS.map((kind): ScoreTable['tasks'][number] => {
    const own = kinds.get(kind);
    return own === undefined
      ? { task: kind, score: null }
      : { task: kind, metric: 'exact match', ...over(own) };
  });
  return { benchmark, tasks, macro: null, micro: over(judged) };
}
