import { numberIn, scoreAnswer } from '../spatial/answer.js';
import { taskOf } from '../spatial/tasks.js';
import { bestNumber } from './number.js';
import type { KnownQuestion } from './spatial.js';

/** The one answer to all questions of a type, chosen from their truths. */
type Constant = (questionType: string, truths: readonly string[]) => string;

/** The letter, or the value, that is the truth most often; of several the first. */
export const mostFrequent: Constant = (questionType, truths) => {
  const isNumber = taskOf(questionType).kind === 'number';
  const counts = Map.groupBy(truths, (truth) => (isNumber ? numberOf(truth) : truth.trim().toUpperCase()));
  const most = Math.max(...Array.from(counts.values(), ({ length }) => length));
  const [answer] = [...counts].find(([, { length }]) => length === most) ?? [''];
  return String(answer);
};

/** The number of the highest mean relative accuracy (it need be no truth); else the most frequent letter. */
export const bestConstant: Constant = (questionType, truths) =>
  taskOf(questionType).kind === 'number'
    ? String(bestNumber(truths.map(numberOf)))
    : mostFrequent(questionType, truths);

/** The answers of who gives all questions of a type one. It is fitted on the questions that it answers. */
export function constantAnswers(questions: readonly KnownQuestion[], choose: Constant): string[] {
  const byType = Map.groupBy(questions, ({ questionType }) => questionType);
  const answers = new Map(
    Array.from(byType, ([type, own]) => [
      type,
      choose(
        type,
        own.map(({ truth }) => truth),
      ),
    ]),
  );
  return questions.map(({ questionType }) => answers.get(questionType) ?? '');
}

/** The scores of these answers, 0 to 1. */
export function constantScores(questions: readonly KnownQuestion[], choose: Constant): number[] {
  const answers = constantAnswers(questions, choose);
  return questions.map(({ questionType, truth }, index) =>
    scoreAnswer(questionType, answers[index] ?? '', truth),
  );
}

const numberOf = (truth: string): number => numberIn(truth.trim()) ?? Number.NaN;
