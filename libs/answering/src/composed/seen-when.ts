import { categoriesOf } from '../reading/slots.js';
import { refuse } from '../reading/refusals.js';
import type { Mention } from '../reading/mentions.js';
import { isMeasured, Unanswered, type Asker, type Part } from './asker.js';
import { seenAmong, seenOf, type Composition } from './composition.js';
import { leastSure } from './finding.js';
import { isSeen, sightings, type Sighting } from './sightings.js';
import { firstSeenS } from '../measured/world.js';

/** So many things the answer graph puts into an order. */
const ORDERED = 4;
const ORDERING = 'obj_appearance_order';

interface FirstSeen {
  category: string;
  seconds: number;
  part: Part;
}

/** The second at which a thing is first seen. */
export const firstSeen: Composition = async ({ composed }, asker) => {
  const [own] = await firstSeenOf(categoriesOf('target', composed.mentions), await sightings(asker), asker);
  if (own === undefined) throw new Unanswered(refuse('unclear', asker.parts.manifest));
  const { seconds, part } = own;
  return {
    ...{
      value: seconds,
      unit: 's',
      text: String(seconds),
      parts: [part],
      confidence: part.answer.confidence,
    },
    trace: [traceOf(own)],
  };
};

const traceOf = ({ category, seconds }: FirstSeen) => ({
  ...{ text: `${category} t${seconds}`, category, first_seen_s: seconds },
});

/** The second at which a thing is last in view, up to the question's moment. */
export const lastSeen: Composition = async ({ composed }, asker) => {
  const { manifest, lastSeenS } = asker.parts;
  const [own] = seenOf(categoriesOf('target', composed.mentions), await sightings(asker), asker);
  if (own === undefined) throw new Unanswered(refuse('unclear', manifest));
  if (lastSeenS === null) throw new Unanswered(refuse('not_answered_yet', manifest));
  const seconds = lastSeenS[manifest.categories.indexOf(own.category)] ?? null;
  if (seconds === null) throw new Unanswered(refuse('not_seen', manifest, own.category));
  return {
    ...{ value: seconds, unit: 's', text: String(seconds), parts: [own.part] },
    ...{ confidence: own.probability, trace: own.part.answer.trace },
  };
};

/** In which order things are first seen; of a list that was left open, all that are seen. */
export const order: Composition = async ({ composed, hasGiven, options }, asker) => {
  const known = await sightings(asker);
  const asked = categoriesOf('candidate', composed.mentions);
  const seen = composed.isOpen ? known.filter(isSeen) : seenAmong(asked, known, asker);
  const named = seen.map(({ category }) => category);
  const found = await firstSeenOf(named, known, asker);
  const sorted = found.toSorted((one, other) => one.seconds - other.seconds);
  const parts = [...new Set(sorted.map(({ part }) => part))];
  return {
    ...{ value: null, unit: null, text: sorted.map(({ category }) => category).join(', '), parts },
    confidence: leastSure(parts),
    trace: sorted.map(traceOf),
    option: hasGiven ? optionLike(sorted, composed.mentions, options?.length ?? 0) : undefined,
  };
};

/** The option whose things stand in this order: the most pairs of them, or the one whose thing is first. */
function optionLike(
  sorted: readonly FirstSeen[],
  mentions: readonly Mention[],
  count: number,
): number | undefined {
  const placeOf = (category: string) => sorted.findIndex((each) => each.category === category);
  const scores = Array.from({ length: count }, (_, option) => {
    const own = mentions.filter(({ source, thing }) => source === option + 1 && thing !== null);
    const places = own.map(({ thing }) => placeOf(thing ?? '')).filter((place) => place >= 0);
    if (places.length === 1) return -(places[0] ?? 0);
    return places.length === 0
      ? -Infinity
      : places.flatMap((place, index) => places.slice(index + 1).filter((later) => later > place)).length;
  });
  const best = Math.max(...scores);
  return Number.isFinite(best) ? scores.indexOf(best) : undefined;
}

/**
 * When each of some things is first seen. The graph orders four at a time, and tells when each was, where
 * localization does not know it.
 */
async function firstSeenOf(
  categories: readonly string[],
  known: readonly Sighting[],
  asker: Asker,
): Promise<FirstSeen[]> {
  const asked = seenOf(categories, known, asker).map(({ category }) => category);
  const found: FirstSeen[] = [];
  const measured = await measuring(asker);
  for (let from = 0; from < asked.length; from += ORDERED) {
    const group = asked.slice(from, from + ORDERED);
    const part = await ordered(group, known, asker);
    for (const category of group) {
      const item = part.answer.trace.find((each) => each.category === category);
      const seconds = measured(category) ?? item?.first_seen_s;
      if (seconds === undefined) throw new Unanswered(refuse('unclear', asker.parts.manifest));
      found.push({ category, seconds, part });
    }
  }
  return found;
}

/** When a category is first seen in the world that localization knows; null where nobody kept it. */
async function measuring({ parts }: Asker): Promise<(category: string) => number | null> {
  const world = isMeasured(ORDERING, parts.manifest) ? parts.world : null;
  const [landmarks, glimpses] = await Promise.all([world?.landmarks(), world?.glimpses()]);
  return (category) => firstSeenS(category, landmarks ?? [], glimpses ?? []);
}

/** The order of some things, with as many others as the question needs. */
function ordered(group: readonly string[], known: readonly Sighting[], asker: Asker): Promise<Part> {
  const others = known
    .filter(({ category }) => !group.includes(category))
    .toSorted((one, other) => other.probability - one.probability);
  const things = [...group, ...others.map(({ category }) => category)].slice(0, ORDERED);
  // options must be given; each of these begins with another thing
  const options = things.map((_, index) => [...things.slice(index), ...things.slice(0, index)].join(', '));
  return asker.put(ORDERING, { candidate: things }, options);
}
