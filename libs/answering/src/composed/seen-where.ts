import { likestWay } from '../measured/ways.js';
import { placeItem } from '../measured/measure.js';
import { eighthsTo, floorPlace, type FloorPoint, type Pose } from '../measured/world.js';
import { pluralOf, refuse } from '../reading/refusals.js';
import { categoriesOf } from '../reading/slots.js';
import { inUnit } from '../reading/units.js';
import { Unanswered, type AnsweringManifest, type AskerParts } from './asker.js';
import { seenOf, type Composition } from './composition.js';
import { isSeen, sightings, type Sighting } from './sightings.js';

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

/** Where a thing is: how far and which way from where the camera ended, and what stands nearest to it. */
export const location: Composition = async ({ composed, understood, options, hasGiven }, asker) => {
  const known = await sightings(asker);
  const [own] = seenOf(categoriesOf('target', composed.mentions), known, asker);
  if (own === undefined) throw new Unanswered(refuse('unclear', asker.parts.manifest));
  const { category, places, part } = own;
  const pose = await endPose(asker.parts);
  const views = places.map((place) => ({ place, view: pose === null ? null : viewOf(place, pose) }));
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
    trace: places.map((place) => placeItem(category, place)),
    option: hasGiven ? optionLike(views[0]?.view, options ?? []) : undefined,
  };
};

/** How a place is seen from the newest view. */
interface View {
  metres: number;
  /** Clockwise from straight ahead, in eighths of a full turn: 0 to 8. */
  eighths: number;
}

function viewOf(place: FloorPoint, pose: Pose): View {
  const own = floorPlace(pose);
  return { metres: Math.hypot(place.x - own.x, place.z - own.z), eighths: eighthsTo(place, pose) };
}

/** Where the camera ended; where that is not known, where the memory's newest entry was seen from. */
const endPose = async ({ world, clock, lastPose }: AskerParts): Promise<Pose | null> =>
  (await world?.poseAt(clock.lastS)) ?? lastPose;

const optionLike = (view: View | null | undefined, options: readonly string[]): number | undefined =>
  view === null || view === undefined ? undefined : likestWay(view.eighths, options)?.option;

function sentenceOf(
  { metres, eighths }: View,
  unit: string | null,
  { reading: { units } }: AnsweringManifest,
): string {
  const way = WAYS[Math.round(eighths) % WAYS.length] ?? '';
  const far = inUnit({ value: metres, text: metres.toFixed(1) }, unit, { unit: 'm' }, units);
  return `${far.text} ${far.unit ?? 'm'} ${way} where the camera ended`;
}

/** The other thing that stands nearest to a place; null where nothing else is seen. */
function nearestTo(place: FloorPoint, category: string, known: readonly Sighting[]): string | null {
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
