import type { EvalQuestion } from './dataset.js';

/** What questions in own words have in common that mean the same: null of one that means nothing. */
const meaningOf = ({ scene, questionType, ownWords }: EvalQuestion): string | null =>
  ownWords?.canonical == null ? null : JSON.stringify([scene, questionType, ownWords.canonical]);

/**
 * The canonical questions behind questions in own words, each once, with the options and the truth of the
 * first that gives options. None of a benchmark's questions.
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
  const places = new Map(
    canonical.map(({ scene, questionType, question }, place) => [
      JSON.stringify([scene, questionType, question]),
      place,
    ]),
  );
  return own.flatMap((question, index) => {
    const place = places.get(meaningOf(question) ?? '');
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
