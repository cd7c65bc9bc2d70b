import { benchmarkChange, firstWord, numberIn, taskOf, type Change } from '@loci/scoring';
import { keyOf } from '../dataset/dataset.js';
import type { JudgedAnswer } from '../report/tables.js';
import type { AnswerRow } from '../run/answers-file.js';

/** A change of a mean score in points (hundredths). */
export interface Points {
  change: number;
  /** Taking videos as independent; null where they are too few. */
  standard_error: number | null;
  questions: number;
}

/** How many answers stayed the same. */
export interface Equal {
  equal: number;
  questions: number;
  /** In percent. */
  share: number;
}

/** The same questions answered twice. */
export interface Comparison {
  /** Asked in both runs. */
  questions: number;
  videos: number;
  /** Of the macro average over VSI-Bench's tasks. */
  macro: Points;
  /** In the field's order; null where no question was asked. */
  tasks: { task: string; change: Points | null }[];
  /** Over the counting questions; null without any. */
  equal_counts: Equal | null;
  equal_answers: Equal;
}

/** Compares two runs question by question, over the questions that both have. Null when there is none. */
export function compare(before: readonly JudgedAnswer[], after: readonly JudgedAnswer[]): Comparison | null {
  const earlier = new Map(before.map((each) => [keyOf(each.question), each]));
  const pairs = after.flatMap((each) => {
    const other = earlier.get(keyOf(each.question));
    return other === undefined
      ? []
      : [
          {
            questionType: each.question.questionType,
            video: each.question.scene,
            before: other.score,
            after: each.score,
            rows: [other.row, each.row] as const,
          },
        ];
  });
  const found = benchmarkChange('vsi-bench', pairs);
  if (found === null) return null;
  const same = pairs.map(({ questionType, rows: [one, other] }) => ({
    counting: questionType === 'object_counting',
    equal: sameAnswer(one, other),
  }));
  const counts = same.filter(({ counting }) => counting);
  return {
    ...{ questions: found.macro.questions, videos: found.macro.videos, macro: inPoints(found.macro) },
    tasks: found.tasks.map(({ task, change }) => ({
      task: task.title,
      change: change === null ? null : inPoints(change),
    })),
    equal_counts: counts.length === 0 ? null : equalOf(counts),
    equal_answers: equalOf(same),
  };
}

const inPoints = ({ change, standardError, questions }: Change): Points => ({
  change: 100 * change,
  standard_error: standardError === null ? null : 100 * standardError,
  questions,
});

function equalOf(answers: readonly { equal: boolean }[]): Equal {
  const equal = answers.filter((answer) => answer.equal).length;
  return { equal, questions: answers.length, share: (100 * equal) / answers.length };
}

/** Whether two answers to a question say the same: the same number, or the same letter, however written. A failure equals nothing. */
export function sameAnswer(one: AnswerRow, other: AnswerRow): boolean {
  if (one.status === 'failed' || other.status === 'failed') return false;
  const [said, alsoSaid] = [one, other].map(({ prediction }) => firstWord(prediction));
  if (said === undefined || alsoSaid === undefined) return false;
  const number = taskOf(one.question_type).kind === 'number' ? numberIn(said) : null;
  return number === null ? said.toLowerCase() === alsoSaid.toLowerCase() : number === numberIn(alsoSaid);
}
