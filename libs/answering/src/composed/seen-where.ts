import { pluralOf, refuse } from '../reading/refusals.js';
import { categoriesOf } from '../reading/slots.js';
import { inUnit } from '../reading/units.js';
import { Unanswered, type Asker } from './asker.js';
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

/** Where a thing is: how far and which way from where the camera ended, and what stands nearest to it. */
export const location: Composition = async ({ composed, understood }, asker) => {
  const known = await sightings(asker);
  const [own] = seenOf(categoriesOf('target', composed.mentions), known, asker);
  if (own === undefined) throw new Unanswered(refuse('unclear', asker.parts.manifest));
  const { category, places, part } = own;
  const sentences = places.map((place) => {
    const neighbour = nearestTo(place, category, known);
    const beside = neighbour === null ? [] : [`nearest to the ${neighbour}`];
    return [...fromCamera(place, understood.unit, asker), ...beside].join(', ');
  });
  const count = places.length === 1 ? '' : `${places.length} ${pluralOf(category, asker.parts.manifest)}: `;
  return {
    ...{ value: null, unit: null, text: `${count}${sentences.join('; ')}`, parts: [part] },
    confidence: part.answer.confidence,
    trace: part.answer.trace.filter(({ position }) =>
      places.some(({ x, z }) => position?.[0] === x && position[2] === z),
    ),
  };
};

/** How far and which way a place is from the newest view; nothing without one. */
function fromCamera({ x, z }: Place, unit: string | null, { parts }: Asker): string[] {
  const { lastPose, manifest } = parts;
  if (lastPose === null) return [];
  // camera-to-world, row-major: the third column looks ahead, the fourth is the camera's place
  const [lookX = 0, lookZ = 0, ownX = 0, ownZ = 0] = [lastPose[2], lastPose[10], lastPose[3], lastPose[11]];
  const metres = Math.hypot(x - ownX, z - ownZ);
  const turn = Math.atan2(x - ownX, z - ownZ) - Math.atan2(lookX, lookZ);
  const eighths = Math.round((turn / (2 * Math.PI)) * WAYS.length);
  const way = WAYS[((eighths % WAYS.length) + WAYS.length) % WAYS.length] ?? '';
  const { units } = manifest.reading;
  const far = inUnit({ value: metres, text: metres.toFixed(1) }, unit, { unit: 'm' }, units);
  return [`${far.text} ${far.unit ?? 'm'} ${way} where the camera ended`];
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
