import { estimate, sum } from '../estimate.js';
import { benchmarkScore } from './averages.js';
import type { SpatialBenchmark, Task } from './tasks.js';

/** One question with the scores of two answers to it, each 0 to 1. */
export interface ScoredTwice {
  questionType: string;
  /** The cluster of the standard error: questions about one video are not independent. */
  video: string;
  before: number;
  after: number;
}

/** The change of a mean score from the first answers to the second. */
export interface Change {
  /** −1 to 1. */
  change: number;
  /**
   * Of the change, with videos as independent samples; null when a question type has fewer than two videos.
   */
  standardError: number | null;
  questions: number;
  videos: number;
}

export interface BenchmarkChange {
  benchmark: SpatialBenchmark;
  /** All tasks, in the field's order; null where no question of the task was asked. */
  tasks: { task: Task; change: Change | null }[];
  /** The change of the unweighted mean over the tasks that were asked. */
  macro: Change;
}

/** By video, its contribution to the deviation of a mean: Σ weight × (difference − mean of the type). */
type Shares = Map<string, number>;
interface Spread {
  shares: Shares;
  /** Whether a standard error can be computed: every question type is asked about at least two videos. */
  known: boolean;
}

/**
 * The paired change of a benchmark's averages: means of after − before, weighted as in benchmarkScore. The
 * macro change is the difference of the macro averages. The standard error is that of a mean over clusters,
 * one per video: √(V / (V − 1) · Σ share²). Null when no question belongs to the benchmark.
 */
export function benchmarkChange(
  benchmark: SpatialBenchmark,
  pairs: readonly ScoredTwice[],
): BenchmarkChange | null {
  const differences = pairs.map(({ questionType, video, before, after }) => ({
    questionType,
    video,
    score: after - before,
  }));
  const means = benchmarkScore(benchmark, differences);
  if (means === null) return null;
  const byType = Map.groupBy(differences, ({ questionType }) => questionType);
  const spreads = means.tasks.map(({ task }) =>
    spreadOf(task.types.flatMap((type) => byType.get(type) ?? [])),
  );
  const tasks = means.tasks.map(({ task, estimate: mean }, index) => {
    const spread = spreads[index];
    return {
      task,
      change: mean === null || spread === undefined ? null : changeOf(mean.score, spread, mean.questions),
    };
  });
  const { macro } = means;
  return {
    benchmark,
    tasks,
    macro: changeOf(macro.score, averaged(spreads.filter(({ shares }) => shares.size > 0)), macro.questions),
  };
}

interface Difference {
  questionType: string;
  video: string;
  score: number;
}

/** The spread of one task's mean, in which each question type counts once. */
function spreadOf(differences: readonly Difference[]): Spread {
  return averaged(
    [...Map.groupBy(differences, ({ questionType }) => questionType).values()].map((questions) => {
      const { score: center } = estimate(questions.map(({ score }) => score));
      const videos = Map.groupBy(questions, ({ video }) => video);
      const shares = new Map(
        Array.from(videos, ([video, group]) => [
          video,
          sum(group.map(({ score }) => score - center)) / questions.length,
        ]),
      );
      return { shares, known: shares.size > 1 };
    }),
  );
}

/** The spread of the unweighted mean of means. */
function averaged(spreads: readonly Spread[]): Spread {
  const shares: Shares = new Map();
  for (const spread of spreads)
    for (const [video, share] of spread.shares)
      shares.set(video, (shares.get(video) ?? 0) + share / spreads.length);
  return { shares, known: spreads.every(({ known }) => known) };
}

function changeOf(change: number, { shares, known }: Spread, questions: number): Change {
  const videos = shares.size;
  const squares = sum(Array.from(shares.values(), (share) => share ** 2));
  return {
    change,
    standardError: known ? Math.sqrt((videos / (videos - 1)) * squares) : null,
    questions,
    videos,
  };
}
