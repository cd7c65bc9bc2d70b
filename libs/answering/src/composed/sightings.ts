import { sigmoid } from '../confidence.js';
import { decodedWords } from '../trace.js';
import { askableCategories } from '../reading/refusals.js';
import { surestOf, thingsAmong, type FloorPoint, type Landmark } from '../measured/world.js';
import { isMeasured, type AnsweringManifest, type Asker, type Part, type Written } from './asker.js';
import { shownIn, shownProbability, signsOf, UNSEEN_BELOW, type Shown } from './presence.js';

/** Two things whose places are nearer than this are one, in metres: places are told to 0.2 m. */
const SAME_PLACE_M = 0.6;
const COUNTING = 'object_counting';
/** Log-probability of a place that the decoder reads from no memory. */
const UNFOUNDED = -4;

/** A place on the floor that the decoder told of a thing. */
interface Place extends FloorPoint {
  /** Log-probability of the place. */
  sureness: number;
}

/** What the memory holds of a category. */
export interface Sighting {
  category: string;
  /**
   * How many stand in the world that localization knows; where that is not known, how many the decoder
   * counted, but for those whose places are rather another thing's.
   */
  count: number;
  /** Theirs; of the decoder's those that no other thing has a better claim to, the best of disputed ones. */
  places: FloorPoint[];
  /** How probable it is that the memory holds one. */
  probability: number;
  /** How probable it is that the video showed one, whatever the decoder tells; null where nobody knows. */
  shown: number | null;
  part: Part;
}

export const isSeen = ({ count, probability }: Sighting): boolean => count > 0 && probability >= 0.5;

/** What was asked about is taken to be there, unless its signs say otherwise; without any, the decoder. */
export const isUnseen = ({ count, shown, probability }: Sighting): boolean =>
  count === 0 || (shown ?? probability) < UNSEEN_BELOW;

/**
 * What the memory holds of each category that can be asked about. A decoder that is asked for what is not
 * there points at something else. So a place belongs to the category that the decoder tells it of most
 * surely, and a category without a place of its own is not seen.
 */
export async function sightings(asker: Asker): Promise<Sighting[]> {
  const { manifest } = asker.parts;
  const claims: { category: string; part: Part; places: Place[] }[] = [];
  for (const category of askableCategories(manifest)) {
    const part = await asker.put(COUNTING, { target: [category] });
    claims.push({ category, part, places: placesIn(part.written, category, manifest) });
  }
  const known = await shownIn(asker.parts);
  const landmarks = isMeasured(COUNTING, manifest) ? known.landmarks : null;
  return claims.map(({ category, part, places }) => {
    const rivals = claims.flatMap((claim) => (claim.category === category ? [] : claim.places));
    const leads = places.map((place) => ({ place, lead: leadOf(place, rivals) }));
    const best = leads.toSorted((one, other) => other.lead - one.lead).slice(0, 1);
    const own = leads.filter(({ lead }) => lead >= 0);
    const counted = part.answer.value ?? 0;
    const count = leads.length === 0 ? counted : Math.min(counted, Math.max(1, own.length));
    return {
      ...(landmarks !== null && count > 0
        ? standing(category, best[0]?.place, landmarks)
        : { count, places: (own.length === 0 ? best : own).map(({ place }) => place) }),
      ...{ category, part },
      probability: probabilityOf({ category, count, lead: best[0]?.lead ?? null, part }, known),
      shown: shownProbability(category, known),
    };
  });
}

/** How many of a category that may be there stand where, by localization, which saw all frames. */
function standing(
  category: string,
  told: FloorPoint | undefined,
  landmarks: readonly Landmark[],
): Pick<Sighting, 'count' | 'places'> {
  const own = thingsAmong(landmarks).filter((thing) => thing.category === category);
  const likeliest = surestOf(category, landmarks) ?? told;
  return { count: Math.max(1, own.length), places: own.length > 0 ? own : likeliest ? [likeliest] : [] };
}

/** By how much the decoder is surer of a place than of any rival's there, and of one out of nothing. */
const leadOf = (place: Place, rivals: readonly Place[]): number =>
  place.sureness -
  Math.max(
    UNFOUNDED,
    ...rivals
      .filter(({ x, z }) => Math.hypot(x - place.x, z - place.z) < SAME_PLACE_M)
      .map(({ sureness }) => sureness),
  );

/**
 * How probable it is that a category is there, by the lead of its best place, by how much of it was perceived
 * and by its surest landmark; by its count alone where the decoder tells no places.
 */
function probabilityOf(
  { category, count, lead, part }: Pick<Sighting, 'category' | 'count' | 'part'> & { lead: number | null },
  known: Shown,
): number {
  const { confidence } = part.answer;
  if (count === 0) return 1 - confidence;
  if (lead === null) return confidence;
  const weights = known.manifest.calibration.existence;
  const signs = signsOf(category, known);
  if (weights === undefined || signs === null) return sigmoid(lead);
  const { bias, tokens, landmark } = weights;
  return sigmoid(bias + weights.lead * lead + tokens * signs.tokens + landmark * signs.landmark);
}

/** The places that the decoder told of a category, in its order. */
export function placesIn(
  { text, logProbabilities }: Pick<Written, 'text' | 'logProbabilities'>,
  category: string,
  manifest: Pick<AnsweringManifest, 'tokens'>,
): Place[] {
  const { words, answerAt, answerEnd } = decodedWords(text, manifest);
  const places: (Partial<Place> & { sureness: number })[] = [];
  for (const [index, word] of words.slice(0, Math.min(answerAt, answerEnd)).entries()) {
    if (word === category) places.push({ sureness: 0 });
    const [, axis, digits] = /^([xz])(-?\d+(?:\.\d+)?)$/.exec(word) ?? [];
    const place = places.at(-1);
    if (place === undefined || (axis !== 'x' && axis !== 'z') || place[axis] !== undefined) continue;
    place[axis] = Number(digits);
    place.sureness += logProbabilities[index] ?? 0;
  }
  return places.flatMap(({ x, z, sureness }) =>
    x === undefined || z === undefined ? [] : [{ x, z, sureness }],
  );
}
