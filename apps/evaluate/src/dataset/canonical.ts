import { taskOf } from '@loci/scoring';
import type { EvalQuestion } from './dataset.js';

/** @param open whether it is a choice for which no options are given */
const meaning = ({ scene, questionType }: EvalQuestion, canonical: string, open: boolean): string =>
  JSON.stringify([scene, questionType, canonical, open]);

/** What questions in own words have in common that mean the same: null of one that means nothing. */
const meaningOf = (question: EvalQuestion): string | null =>
  question.ownWords?.canonical == null
    ? null
    : meaning(question, question.ownWords.canonical, question.ownWords.open);

/**
 * The canonical questions behind questions in own words, each once, with the options and the truth of the
 * first that gives options. It is asked without options as well where own words ask without any, for to
 * choose is easier. None of a benchmark's questions.
 */
export function canonicalQuestions(questions: readonly EvalQuestion[]): EvalQuestion[] {
  const meant = Map.groupBy(questions, meaningOf);
  meant.delete(null);
  return [...meant.values()].flatMap((own) => {
    const asked = own.find(({ options }) => options !== null) ?? own[0];
    const canonical = asked?.ownWords?.canonical;
    if (asked === undefined || canonical == null) return [];
    return [{ ...asked, id: `canonical-${asked.id}`, question: canonical, ownWords: null }];
  });
}

/** Each question in own words with its canonical one: pairs of places in the two lists. */
export function meaningPairs(
  own: readonly EvalQuestion[],
  canonical: readonly EvalQuestion[],
): [own: number, canonical: number][] {
  const isOpen = ({ questionType, options }: EvalQuestion) =>
    options === null && taskOf(questionType).kind === 'choice';
  const places = new Map(
    canonical.map((question, place) => [meaning(question, question.question, isOpen(question)), place]),
  );
  const placeOf = (question: EvalQuestion): number | undefined => {
    const { canonical: wording, open } = question.ownWords ?? {};
    if (wording == null) return undefined;
    // options that stand in a sentence only are in no record: then no canonical question has them
    return (
      places.get(meaning(question, wording, open ?? false)) ?? places.get(meaning(question, wording, true))
    );
  };
  return own.flatMap((question, index) => {
    const place = placeOf(question);
    return place === undefined ? [] : [[index, place]];
  });
}

/**
 * The first so many questions of a data set (null: all), and the canonical ones behind them: of all the data
 * set's, which a report looks for.
 */
export function questionsToAsk(questions: readonly EvalQuestion[], limit: number | null): EvalQuestion[] {
  const asked = questions.slice(0, limit ?? undefined);
  const canonical = canonicalQuestions(questions);
  const meant = new Set(meaningPairs(asked, canonical).map(([, place]) => place));
  return [...asked, ...canonical.filter((_, place) => meant.has(place))];
}
