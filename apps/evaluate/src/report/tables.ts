import type { Scored, ScoreTable } from '@loci/contracts';
import {
  benchmarkScore,
  estimate,
  QUESTION_KINDS,
  SPATIAL_BENCHMARKS,
  taskOf,
  type Estimate,
  type SpatialBenchmark,
} from '@loci/scoring';
import type { Benchmark } from '../dataset/dataset.js';
import type { JudgedAnswer } from './judge.js';

/** Tables by benchmark: a spatial data set may hold questions of two. */
export function tablesOf(benchmark: Benchmark, judged: readonly JudgedAnswer[]): ScoreTable[] {
  if (benchmark !== 'spatial') return judged.length === 0 ? [] : [wordTable(benchmark, judged)];
  return SPATIAL_BENCHMARKS.flatMap((name) => spatialTable(name, judged) ?? []);
}

function withBaseline(estimated: Estimate, blind: Estimate | null | undefined): Scored {
  const known = blind === null || blind === undefined ? null : 100 * blind.score;
  return {
    score: 100 * estimated.score,
    standard_error: estimated.standardError === null ? null : 100 * estimated.standardError,
    blind: known,
    margin: known === null ? null : 100 * estimated.score - known,
    questions: estimated.questions,
  };
}

/** @returns null when no answer is of the benchmark */
function spatialTable(benchmark: SpatialBenchmark, judged: readonly JudgedAnswer[]): ScoreTable | null {
  const answers = judged.map(({ question: { questionType }, score }) => ({ questionType, score }));
  const found = benchmarkScore(benchmark, answers);
  if (found === null) return null;
  const guesses = judged.flatMap(({ question: { questionType }, blind }) =>
    blind === null ? [] : [{ questionType, score: blind }],
  );
  const baseline = benchmarkScore(benchmark, guesses);
  const tasks = found.tasks.map(({ task, estimate: score }, index): ScoreTable['tasks'][number] => {
    if (score === null) return { task: task.title, score };
    const metric = taskOf(task.types[0] ?? '').kind === 'number' ? 'mean relative accuracy' : 'accuracy';
    return { task: task.title, metric, ...withBaseline(score, baseline?.tasks[index]?.estimate) };
  });
  return {
    benchmark,
    tasks,
    macro: withBaseline(found.macro, baseline?.macro),
    micro: withBaseline(found.micro, baseline?.micro),
  };
}

/** Exact match by the kind of question. ScanQA and SQA3D report the flat mean as their overall value. */
function wordTable(benchmark: string, judged: readonly JudgedAnswer[]): ScoreTable {
  const scored = (answers: readonly JudgedAnswer[]): Scored => {
    const guesses = answers.flatMap(({ blind }) => blind ?? []);
    return withBaseline(
      estimate(answers.map(({ score }) => score)),
      guesses.length === 0 ? null : estimate(guesses),
    );
  };
  const kinds = Map.groupBy(judged, ({ question }) => question.questionType);
  const tasks = QUESTION_KINDS.map((kind): ScoreTable['tasks'][number] => {
    const answers = kinds.get(kind);
    return answers === undefined
      ? { task: kind, score: null }
      : { task: kind, metric: 'exact match', ...scored(answers) };
  });
  return { benchmark, tasks, macro: null, micro: scored(judged) };
}
