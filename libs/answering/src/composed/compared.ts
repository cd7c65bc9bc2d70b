import { asksForLeast } from '../reading/extremes.js';
import type { Mention } from '../reading/mentions.js';
import { refuse } from '../reading/refusals.js';
import { categoriesOf } from '../reading/slots.js';
import { Unanswered, type Asker, type Part } from './asker.js';
import { seenAmong, seenOf, type ComposedQuestion, type Composition } from './composition.js';
import { leastSure, traceOf, type Finding } from './finding.js';
import { isSeen, sightings } from './sightings.js';

/** A category with the number that it is compared by. */
interface Measured {
  category: string;
  value: number;
  part: Part;
}

/** Which is the larger one, by its longest side; the smaller one, where that was asked for. */
export const larger: Composition = async (question, asker) => {
  const measured = await measuredOf(question, asker, (category) =>
    asker.put('object_size_estimation', { target: [category] }),
  );
  return firstOf(measured, asksForLeast(question.asked) ? 1 : -1, question);
};

/** Which is nearest to a thing. */
export const nearest: Composition = async (question, asker) => {
  const [anchor = ''] = categoriesOf('anchor', question.composed.mentions);
  seenOf([anchor], await sightings(asker), asker);
  const measured = await measuredOf(question, asker, (category) =>
    asker.put('object_abs_distance', { first: [category], second: [anchor] }),
  );
  return firstOf(measured, 1, question);
};

/** Which is nearest to the camera, at the question's moment. */
export const nearestToCamera: Composition = async (question, asker) => {
  const measured = await measuredOf(question, asker, (category) =>
    asker.put('camera_obj_abs_dist', { target: [category] }),
  );
  return firstOf(measured, 1, question);
};

/** A number for each of the things to choose from that are seen. */
async function measuredOf(
  { composed: { mentions, isOpen } }: ComposedQuestion,
  asker: Asker,
  measure: (category: string) => Promise<Part>,
): Promise<Measured[]> {
  const known = await sightings(asker);
  const listed = categoriesOf('candidate', mentions);
  const seen = isOpen
    ? known.filter((each) => listed.includes(each.category) && isSeen(each))
    : seenAmong(listed, known, asker);
  const measured: Measured[] = [];
  for (const { category } of seen) {
    const part = await measure(category);
    measured.push({ category, value: part.answer.value ?? 0, part });
  }
  if (measured.length === 0) throw new Unanswered(refuse('not_seen', asker.parts.manifest, 'thing'));
  return measured;
}

/** The category with the least value (1) or the greatest (−1). */
function firstOf(
  measured: readonly Measured[],
  sign: 1 | -1,
  { composed: { mentions } }: ComposedQuestion,
): Finding {
  const [first] = measured.toSorted((one, other) => sign * (one.value - other.value));
  const parts = measured.map(({ part }) => part);
  return {
    ...{ value: null, unit: null, text: first?.category ?? '', parts },
    option: optionWith(first?.category ?? '', mentions),
    ...{ confidence: leastSure(parts), trace: traceOf(parts) },
  };
}

/** The option that names a category; undefined where none does. */
function optionWith(category: string, mentions: readonly Mention[]): number | undefined {
  const named = mentions.find(({ source, thing }) => source > 0 && thing === category);
  return named === undefined ? undefined : named.source - 1;
}
