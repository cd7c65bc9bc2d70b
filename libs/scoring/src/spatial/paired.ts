import { estimate, sum } from '../estimate.js';
import { benchmarkScore } from './averages.js';
import type { SpatialBenchmark, Task } from './tasks.js';

/** One question with the scores of two answers to it, each 0 to 1. */
export interface ScoredTwice {
  questionType: string;
  /** Questions about one video are not independent of each other. */
  video: string;
  before: number;
  after: number;
}

/** How a mean score moved from the first answers to the second. */
export interface Change {
  /** −1 to 1. */
  change: number;
  /** Of the change, taking videos as independent and not their questions; null where a question type is asked of fewer than two videos. */
  standardError: number | null;
  questions: number;
  videos: number;
}

export interface BenchmarkChange {
  benchmark: SpatialBenchmark;
  /** All tasks, in the field's order; null where no question of the task was asked. */
  tasks: { task: Task; change: Change | null }[];
  /** Of the unweighted mean over the tasks that are present. */
  macro: Change;
}

/** What each video adds to the deviation of a mean: the sum over its questions of weight × (difference − mean of the type). */
type Shares = Map<string, number>;
interface Spread {
  shares: Shares;
  /** Whether the shares say how sure the mean is: every question type is asked of two videos at least. */
  known: boolean;
}

/**
 * How a benchmark's averages moved, question by question: the means of after − before, weighted as in benchmarkScore, so that the macro
 * change is the difference of the macro averages. The standard error is that of a mean over clusters (one a video):
 * √(V / (V − 1) · Σ share²). Null when no question is of the benchmark.
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

/** The spread of one task's mean: its question types count once each. */
function spreadOf(differences: readonly Difference[]): Spread {
  return averaged(
    [...Map.groupBy(differences, ({ questionType }) => questionType).values()].map((own) => {
      const { score: center } = estimate(own.map(({ score }) => score));
      const videos = Map.groupBy(own, ({ video }) => video);
      const shares = new Map(
        Array.from(videos, ([video, of]) => [video, sum(of.map(({ score }) => score - center)) / own.length]),
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
