import { BlindBaseline, BlindText, crossFitted, type KnownQuestion } from '@loci/scoring';
import { keyOf, type Dataset, type EvalQuestion } from '../dataset/dataset.js';

export interface BlindGuesses {
  /** What it was fitted on, in words. */
  fittedOn: string;
  /** By the questions' names. */
  guesses: Map<string, string>;
}

const asKnown = ({ questionType, question, options, truths }: EvalQuestion): KnownQuestion => ({
  questionType,
  question,
  options,
  truth: truths[0] ?? '',
});

/**
 * What the blind baseline answers to each question: fitted on the training questions where there are some, else on the
 * questions of other scenes. Null where neither is possible.
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
  const named = (guesses: Iterable<[EvalQuestion, string]>) =>
    new Map(Array.from(guesses, ([question, guess]) => [keyOf(question), guess]));
  if (train !== null && train.length > 0) {
    const guess = fit(train);
    return {
      fittedOn: `${train.length} training questions`,
      guesses: named(questions.map((question) => [question, guess(question)])),
    };
  }
  const crossed = crossFitted(questions, fit);
  return crossed === null
    ? null
    : {
        fittedOn: 'the questions of other scenes (there are no training questions)',
        guesses: named(crossed),
      };
}
