import { distance } from '../geometry/rigid-transform-2d.js';
import { LANDMARKS } from '../parameters.js';
import { heaviest, sameLandmark, isInDoubt, type Landmark } from './landmark.js';

/**
 * Landmarks with sightings taken in, the heaviest of all. A sighting within reach of a landmark of its
 * category is that landmark. One that is not may be a landmark that lies off by its drift, and is new where
 * none does: so what was put in a wrong place is not counted beside itself when it is seen in the right one.
 */
export function mergeLandmarks(landmarks: readonly Landmark[], sightings: readonly Landmark[]): Landmark[] {
  const merged = [...landmarks];
  // what is near is told first: a landmark in doubt is not taken by another object
  const apart: Landmark[] = [];
  for (const sighting of sightings) {
    const same = sameLandmark(sighting, merged);
    if (same === null) apart.push(sighting);
    else takeIn(merged, same, sighting);
  }
  for (const sighting of apart)
    takeIn(merged, sameLandmark(sighting, merged) ?? driftedLandmark(sighting, merged), sighting);
  return heaviest(merged);
}

/** Takes a sighting in as the landmark of an index; a new one where there is none. */
function takeIn(landmarks: Landmark[], index: number | null, sighting: Landmark): void {
  const known = index === null ? undefined : landmarks[index];
  if (index === null || known === undefined) landmarks.push({ ...sighting, ...capped(sighting) });
  else landmarks[index] = isInDoubt(known) ? placedAnew(known, sighting) : weightedMean(known, sighting);
}

/** The index of the nearest landmark in doubt that a sighting may be; null where there is none. */
function driftedLandmark(sighting: Landmark, landmarks: readonly Landmark[]): number | null {
  let [nearest, least]: [number | null, number] = [null, Infinity];
  landmarks.forEach((landmark, index) => {
    if (!isInDoubt(landmark) || landmark.category !== sighting.category) return;
    const metres = distance(landmark, sighting);
    if (metres < Math.min(least, landmark.drift + LANDMARKS.sameWithin)) [nearest, least] = [index, metres];
  });
  return nearest;
}

/** A landmark in doubt is where it is seen now; that it exists is as certain as before. */
const placedAnew = (known: Landmark, sighting: Landmark): Landmark => ({
  ...sighting,
  ...capped({ weight: sighting.weight, news: known.news + sighting.news }),
});

function weightedMean(known: Landmark, sighting: Landmark): Landmark {
  const total = known.weight + sighting.weight;
  const mean = (a: number, b: number): number => (known.weight * a + sighting.weight * b) / total;
  return {
    ...known,
    x: mean(known.x, sighting.x),
    y: known.y === null || sighting.y === null ? sighting.y : mean(known.y, sighting.y),
    z: mean(known.z, sighting.z),
    lastSeen: Math.max(known.lastSeen, sighting.lastSeen),
    ...capped({ weight: total, news: known.news + sighting.news }),
  };
}

const capped = ({ weight, news }: Pick<Landmark, 'weight' | 'news'>) => ({
  weight: Math.min(weight, LANDMARKS.maxWeight),
  news: Math.min(news, LANDMARKS.maxWeight),
});
