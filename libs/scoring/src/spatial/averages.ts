import { estimate, unweighted, type Estimate } from '../estimate.js';
import { TASKS, taskOf, type SpatialBenchmark, type Task } from './tasks.js';

export interface ScoredAnswer {
  questionType: string;
  /** 0 to 1. */
  score: number;
}

/** One column of the table; null where no question of the task was asked. */
export interface TaskScore {
  task: Task;
  estimate: Estimate | null;
}

export interface BenchmarkScore {
  benchmark: SpatialBenchmark;
  /** All tasks, in the field's order. */
  tasks: TaskScore[];
  /** The unweighted mean over the tasks that were asked; the field reports this one. */
  macro: Estimate;
  /** The mean over questions. On VSI-Bench it differs from the macro average by about 1.5 points. */
  micro: Estimate;
}

/**
 * A benchmark's table and its two averages, over its answers among the given ones; null when there are none.
 */
export function benchmarkScore(
  benchmark: SpatialBenchmark,
  answers: readonly ScoredAnswer[],
): BenchmarkScore | null {
  const benchmarkAnswers = answers.filter(({ questionType }) => taskOf(questionType).benchmark === benchmark);
  const scores = Map.groupBy(benchmarkAnswers, ({ questionType }) => questionType);
  const tasks = TASKS[benchmark].map((task) => {
    const types = task.types.flatMap((type) => scores.get(type) ?? []);
    return { task, estimate: types.length === 0 ? null : averageOfTypes(task, scores) };
  });
  const macro = unweighted(tasks.flatMap((each) => each.estimate ?? []));
  return macro === null
    ? null
    : { benchmark, tasks, macro, micro: estimate(benchmarkAnswers.map(({ score }) => score)) };
}

/**
 * Averages the question types of a task, so that they count as one task whatever their numbers of questions.
 */
function averageOfTypes({ types }: Task, scores: Map<string, ScoredAnswer[]>): Estimate | null {
  const present = types.flatMap((type) => {
    const answers = scores.get(type);
    return answers === undefined ? [] : [estimate(answers.map(({ score }) => score))];
  });
  return unweighted(present);
}
