import { listed, pluralOf, refuse, type ReadingManifest } from '../reading/refusals.js';
import { categoriesOf } from '../reading/slots.js';
import { Unanswered } from './asker.js';
import { traceOf, type Finding } from './finding.js';
import { isSeen, isUnseen, sightings, type Sighting } from './sightings.js';
import type { Composition } from './composition.js';

const counted = ({ category, count }: Sighting, manifest: ReadingManifest): string =>
  `${count} ${count === 1 ? category : pluralOf(category, manifest)}`;

/** Is there one? Yes, where the memory holds it. */
export const existence: Composition = async (question, asker) => {
  const [category] = categoriesOf('target', question.composed.mentions);
  const sighting = (await sightings(asker)).find((each) => each.category === category);
  if (sighting === undefined) throw new Unanswered(refuse('unclear', asker.parts.manifest));
  const found = isSeen(sighting);
  return {
    ...{ value: null, unit: null, text: found ? 'yes' : 'no', parts: [sighting.part] },
    confidence: found ? sighting.probability : 1 - sighting.probability,
    trace: found ? sighting.part.answer.trace : [],
  };
};

/** All that the memory holds, the most first. */
export const inventory: Composition = async (_, asker) => {
  const all = await sightings(asker);
  const seen = all.filter(isSeen).toSorted((one, other) => other.count - one.count);
  const parts = seen.map(({ part }) => part);
  const sureness = all.map((sighting) =>
    isSeen(sighting) ? sighting.probability * sighting.part.answer.confidence : 1 - sighting.probability,
  );
  return {
    ...{ value: null, unit: null, parts, trace: traceOf(parts) },
    text: seen.length === 0 ? 'nothing' : seen.map((each) => counted(each, asker.parts.manifest)).join(', '),
    confidence: sureness.reduce((sum, each) => sum + each, 0) / sureness.length,
  };
};

/** How many of these and of those: the sum, with its parts behind it. */
export const several: Composition = async (question, asker): Promise<Finding> => {
  const asked = categoriesOf('candidate', question.composed.mentions);
  const own = (await sightings(asker))
    .filter(({ category }) => asked.includes(category))
    .map((sighting) => (isUnseen(sighting) ? { ...sighting, count: 0 } : sighting))
    .toSorted((one, other) => asked.indexOf(one.category) - asked.indexOf(other.category));
  const value = own.reduce((sum, { count }) => sum + count, 0);
  const held = own.filter(({ count }) => count > 0).map(({ part }) => part);
  return {
    ...{ value, unit: null, parts: own.map(({ part }) => part), trace: traceOf(held) },
    text: `${value} (${listed(own.map((each) => counted(each, asker.parts.manifest)))})`,
    confidence: Math.min(
      ...own.map(({ count, probability, part }) => (count === 0 ? 1 - probability : part.answer.confidence)),
    ),
  };
};
