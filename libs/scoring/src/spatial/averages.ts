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
  /** The unweighted mean over the tasks that are present: what the field prints. */
  macro: Estimate;
  /** The flat mean over questions; about 1.5 points from the macro average on VSI-Bench. */
  micro: Estimate;
}

/** A benchmark's table and both of its averages over the answers that are of it; null when none is. */
export function benchmarkScore(
  benchmark: SpatialBenchmark,
  answers: readonly ScoredAnswer[],
): BenchmarkScore | null {
  const own = answers.filter(({ questionType }) => taskOf(questionType).benchmark === benchmark);
  const scores = Map.groupBy(own, ({ questionType }) => questionType);
  const tasks = TASKS[benchmark].map((task) => {
    const types = task.types.flatMap((type) => scores.get(type) ?? []);
    return { task, estimate: types.length === 0 ? null : averageOfTypes(task, scores) };
  });
  const macro = unweighted(tasks.flatMap((each) => each.estimate ?? []));
  return macro === null ? null : { benchmark, tasks, macro, micro: estimate(own.map(({ score }) => score)) };
}

/** The three relative directions are averaged first, so that together they count as one task, whatever their shares. */
function averageOfTypes({ types }: Task, scores: Map<string, ScoredAnswer[]>): Estimate | null {
  const present = types.flatMap((type) => {
    const answers = scores.get(type);
    return answers === undefined ? [] : [estimate(answers.map(({ score }) => score))];
  });
  return unweighted(present);
}
