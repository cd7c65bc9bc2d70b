import type { EqualAnswers, Points } from '@loci/contracts';
import {
  benchmarkChange,
  firstWord,
  numberIn,
  taskOf,
  type Change,
  type ScoredTwice,
  type SpatialBenchmark,
} from '@loci/scoring';
import { keyOf } from '../dataset/dataset.js';
import type { JudgedAnswer } from '../report/judge.js';
import type { AnswerRow } from '../run/answers-file.js';

/** The same questions answered twice. */
export interface Comparison {
  /** Number of questions that were asked in both runs. */
  questions: number;
  videos: number;
  /** Change of the macro average over VSI-Bench's tasks. */
  macro: Points;
  /** Of VSTI-Bench's average, and of the mean over when a thing is first seen; null without a question. */
  vsti_bench: Points | null;
  first_seen: Points | null;
  /** In VSI-Bench's order; the change is null where no question was asked. */
  tasks: { task: string; change: Points | null }[];
  /** Over the counting questions; null without any. */
  equal_counts: EqualAnswers | null;
  equal_answers: EqualAnswers;
}

/**
 * Compares two runs question by question.
 * @returns null when no question was asked in both
 */
export function compare(before: readonly JudgedAnswer[], after: readonly JudgedAnswer[]): Comparison | null {
  const earlier = new Map(before.map((answer) => [keyOf(answer.question), answer]));
  const pairs = after.flatMap((answer) => {
    const { questionType, scene: video } = answer.question;
    const other = earlier.get(keyOf(answer.question));
    if (other === undefined) return [];
    const equal = sameAnswer(other.row, answer.row);
    return [{ questionType, video, before: other.score, after: answer.score, equal }];
  });
  const change = benchmarkChange('vsi-bench', pairs);
  if (change === null) return null;
  const counts = pairs.filter(({ questionType }) => questionType === 'object_counting');
  return {
    questions: change.macro.questions,
    videos: change.macro.videos,
    macro: inPoints(change.macro),
    vsti_bench: macroOf('vsti-bench', pairs),
    first_seen: macroOf('further', pairs),
    tasks: change.tasks.map(({ task, change: taskChange }) => ({
      task: task.title,
      change: taskChange === null ? null : inPoints(taskChange),
    })),
    equal_counts: counts.length === 0 ? null : countEqual(counts),
    equal_answers: countEqual(pairs),
  };
}

function macroOf(benchmark: SpatialBenchmark, pairs: readonly ScoredTwice[]): Points | null {
  const found = benchmarkChange(benchmark, pairs);
  return found === null ? null : inPoints(found.macro);
}

const inPoints = ({ change, standardError, questions }: Change): Points => ({
  change: 100 * change,
  standard_error: standardError === null ? null : 100 * standardError,
  questions,
});

function countEqual(answers: readonly { equal: boolean }[]): EqualAnswers {
  const equal = answers.filter((answer) => answer.equal).length;
  return { equal, questions: answers.length, share: (100 * equal) / answers.length };
}

/**
 * Whether two answers to one question are equal: the same number or the same letter, however written. A
 * failed answer equals nothing.
 */
export function sameAnswer(a: AnswerRow, b: AnswerRow): boolean {
  if (a.status === 'failed' || b.status === 'failed') return false;
  const [first, second] = [firstWord(a.prediction), firstWord(b.prediction)];
  const number = taskOf(a.question_type).kind === 'number' ? numberIn(first) : null;
  return number === null ? first.toLowerCase() === second.toLowerCase() : number === numberIn(second);
}
