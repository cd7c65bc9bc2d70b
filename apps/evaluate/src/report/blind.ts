import {
  bestConstant,
  BlindBaseline,
  BlindText,
  constantAnswers,
  crossFitted,
  type KnownQuestion,
} from '@loci/scoring';
import { keyOf, type Dataset, type EvalQuestion } from '../dataset/dataset.js';

/** The answers of the blind baseline. */
export interface BlindGuesses {
  /** What it was fitted on, in words. */
  fittedOn: string;
  /** By the questions' keys. */
  guesses: Map<string, string>;
}

/** A question with its first truth. */
export const asKnown = ({ questionType, question, options, truths }: EvalQuestion): KnownQuestion => ({
  questionType,
  question,
  options,
  truth: truths[0] ?? '',
});

/**
 * Answers each question by the blind baseline. It is fitted on the training questions, or without any on the
 * questions of other scenes; where there is neither, it is the best constant answer.
 * @returns null for words, when there is neither
 */
export function blindGuesses({ benchmark, questions, train }: Dataset): BlindGuesses | null {
  const fit = (known: EvalQuestion[]): ((question: EvalQuestion) => string) => {
    if (benchmark === 'spatial') {
      const baseline = new BlindBaseline(known.map(asKnown));
      return (question) => baseline.answer(asKnown(question));
    }
    const baseline = new BlindText(known.map(({ question, truths }) => ({ question, references: truths })));
    return ({ question }) => baseline.answer(question);
  };
  const byKey = (guesses: Iterable<[EvalQuestion, string]>) =>
    new Map(Array.from(guesses, ([question, guess]) => [keyOf(question), guess]));
  if (train !== null && train.length > 0) {
    const guess = fit(train);
    return {
      fittedOn: `${train.length} training questions`,
      guesses: byKey(questions.map((question) => [question, guess(question)])),
    };
  }
  const crossed = crossFitted(questions, fit);
  if (crossed !== null)
    return {
      fittedOn: 'the questions of other scenes (there are no training questions)',
      guesses: byKey(crossed),
    };
  return benchmark === 'spatial' ? constantGuesses(questions) : null;
}

/** Of one scene alone: the best that one answer to each question type can reach. */
function constantGuesses(questions: readonly EvalQuestion[]): BlindGuesses {
  const answers = constantAnswers(questions.map(asKnown), bestConstant);
  return {
    fittedOn: 'the same questions, one answer to each question type (there are no others)',
    guesses: new Map(questions.map((question, index) => [keyOf(question), answers[index] ?? ''])),
  };
}
