import { pluralOf, refuse } from '../reading/refusals.js';
import { categoriesOf } from '../reading/slots.js';
import { inUnit } from '../reading/units.js';
import { Unanswered, type AnsweringManifest, type AskerParts } from './asker.js';
import { seenOf, type Composition } from './composition.js';
import { isSeen, sightings, type Place, type Sighting } from './sightings.js';

/** Ways from a viewer, clockwise from straight ahead, an eighth of a turn each. */
const WAYS = [
  'ahead of',
  'to the front-right of',
  'to the right of',
  'to the back-right of',
  'behind',
  'to the back-left of',
  'to the left of',
  'to the front-left of',
];

/** What names a way in an option, the longer names first, with its place among the ways. */
const NAMED_WAYS: readonly (readonly [words: readonly string[], eighth: number])[] = [
  [['front', 'right'], 1],
  [['back', 'right'], 3],
  [['back', 'left'], 5],
  [['front', 'left'], 7],
  [['front'], 0],
  [['ahead'], 0],
  [['right'], 2],
  [['back'], 4],
  [['behind'], 4],
  [['left'], 6],
];

/** Where a thing is: how far and which way from where the camera ended, and what stands nearest to it. */
export const location: Composition = async ({ composed, understood, options, hasGiven }, asker) => {
  const known = await sightings(asker);
  const [own] = seenOf(categoriesOf('target', composed.mentions), known, asker);
  if (own === undefined) throw new Unanswered(refuse('unclear', asker.parts.manifest));
  const { category, places, part } = own;
  const views = places.map((place) => ({ place, view: viewOf(place, asker.parts) }));
  const sentences = views.map(({ place, view }) => {
    const neighbour = nearestTo(place, category, known);
    const beside = neighbour === null ? [] : [`nearest to the ${neighbour}`];
    const seen = view === null ? [] : [sentenceOf(view, understood.unit, asker.parts.manifest)];
    return [...seen, ...beside].join(', ');
  });
  const count = places.length === 1 ? '' : `${places.length} ${pluralOf(category, asker.parts.manifest)}: `;
  return {
    ...{ value: null, unit: null, text: `${count}${sentences.join('; ')}`, parts: [part] },
    confidence: part.answer.confidence,
    trace: part.answer.trace.filter(({ position }) =>
      places.some(({ x, z }) => position?.[0] === x && position[2] === z),
    ),
    option: hasGiven ? optionLike(views[0]?.view ?? null, options ?? []) : undefined,
  };
};

/** How a place is seen from the newest view. */
interface View {
  metres: number;
  /** Clockwise from straight ahead, in eighths of a full turn: 0 to 8. */
  eighths: number;
}

/** Null where there is no view. */
function viewOf({ x, z }: Place, { lastPose }: AskerParts): View | null {
  if (lastPose === null) return null;
  // camera-to-world, row-major: the third column looks ahead, the fourth is the camera's place
  const [lookX = 0, lookZ = 0, ownX = 0, ownZ = 0] = [lastPose[2], lastPose[10], lastPose[3], lastPose[11]];
  const turn = Math.atan2(x - ownX, z - ownZ) - Math.atan2(lookX, lookZ);
  const eighths = (turn / (2 * Math.PI)) * WAYS.length;
  return {
    metres: Math.hypot(x - ownX, z - ownZ),
    eighths: ((eighths % WAYS.length) + WAYS.length) % WAYS.length,
  };
}

function sentenceOf(
  { metres, eighths }: View,
  unit: string | null,
  { reading: { units } }: AnsweringManifest,
): string {
  const way = WAYS[Math.round(eighths) % WAYS.length] ?? '';
  const far = inUnit({ value: metres, text: metres.toFixed(1) }, unit, { unit: 'm' }, units);
  return `${far.text} ${far.unit ?? 'm'} ${way} where the camera ended`;
}

/** The option whose way is nearest to a view; undefined where none names a way. */
function optionLike(view: View | null, options: readonly string[]): number | undefined {
  if (view === null) return undefined;
  const turns = options.map((option) => {
    const words: string[] = option.toLowerCase().match(/[a-z]+/g) ?? [];
    const way = NAMED_WAYS.find(([own]) => own.every((word) => words.includes(word)));
    if (way === undefined) return Infinity;
    const apart = Math.abs(view.eighths - way[1]);
    return Math.min(apart, WAYS.length - apart);
  });
  const least = Math.min(...turns);
  return Number.isFinite(least) ? turns.indexOf(least) : undefined;
}

/** The other thing that stands nearest to a place; null where nothing else is seen. */
function nearestTo(place: Place, category: string, known: readonly Sighting[]): string | null {
  const others = known
    .filter((sighting) => sighting.category !== category && isSeen(sighting))
    .flatMap((sighting) =>
      sighting.places.map(({ x, z }) => ({
        category: sighting.category,
        distance: Math.hypot(x - place.x, z - place.z),
      })),
    );
  return others.toSorted((one, other) => one.distance - other.distance)[0]?.category ?? null;
}
