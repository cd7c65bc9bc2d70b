import type { Example } from '@loci/contracts';
import type { EvalQuestion } from '../dataset/dataset.js';

/** Questions of each type that are asked. Where the first ones are all right, a second one may be wrong. */
const PER_TYPE = 2;

/** A few questions of each type, which take turns over the clips. So nobody picked them by their answers. */
export function toAsk(questions: readonly EvalQuestion[]): EvalQuestion[] {
  const clips = [...new Set(questions.map(({ scene }) => scene))];
  const types = [...Map.groupBy(questions, ({ questionType }) => questionType).values()];
  const turns = Array.from({ length: PER_TYPE }, (_, round) =>
    types.flatMap((group, type) => {
      const clip = clips[(type + round) % clips.length];
      return group.find(({ scene }) => scene === clip) ?? group.slice(0, 1);
    }),
  );
  return [...new Set(turns.flat())];
}

/** The first example of each type, right or wrong; and the first wrong one where all of those are right. */
export function chosen(answered: readonly Example[]): Example[] {
  const types = Map.groupBy(answered, ({ question_type }) => question_type);
  const firsts = [...types.values()].flatMap((group) => group.slice(0, 1));
  if (firsts.some(({ right }) => !right)) return firsts;
  const wrong = answered.find(({ right }) => !right);
  return wrong === undefined ? firsts : [...firsts, wrong];
}
