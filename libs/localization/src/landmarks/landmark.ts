import { z } from 'zod';
import { apply, distance, type FloorPoint, type RigidTransform2D } from '../geometry/rigid-transform-2d.js';
import { LANDMARKS } from '../parameters.js';

/**
 * An object on the floor plane. A vote is one token's guess of it, a sighting what one chunk has seen of it,
 * a landmark what the video has shown of it so far.
 */
export const landmarkSchema = z
  .object({
    /** Index into the manifest's categories. */
    category: z.int().nonnegative(),
    /** Metres of the world. */
    x: z.number(),
    z: z.number(),
    /** The confidence of all its votes together. */
    weight: z.number().positive(),
    /** That of the votes of frames that showed something new: what is seen again proves nothing. */
    news: z.number().nonnegative().optional(),
  })
  // a state of before told the two not apart
  .transform(({ news, ...landmark }) => ({ ...landmark, news: news ?? landmark.weight }));
export type Landmark = Readonly<z.infer<typeof landmarkSchema>>;

export const transformLandmarks = (objects: readonly Landmark[], transform: RigidTransform2D): Landmark[] =>
  objects.map((object) => ({ ...object, ...apply(transform, object) }));

/** How much an object counts where a place is looked for, 0 to 1. */
export const certainty = ({ weight }: Pick<Landmark, 'weight'>): number =>
  weight / (weight + LANDMARKS.halfCertain);

/** How certain it is that there is such an object, 0 to 1. */
export const existence = ({ news }: Landmark): number => certainty({ weight: news });

/**
 * The landmark of an object's category that is nearest to it (of equals the first); null where there is none.
 */
export function nearestLandmark(
  object: Pick<Landmark, 'category'> & FloorPoint,
  landmarks: readonly Landmark[],
): { index: number; metres: number } | null {
  let nearest: { index: number; metres: number } | null = null;
  landmarks.forEach((landmark, index) => {
    if (landmark.category !== object.category) return;
    const metres = distance(object, landmark);
    if (nearest === null || metres < nearest.metres) nearest = { index, metres };
  });
  return nearest;
}

/** Landmarks with sightings taken in: running means of those that are the same, the heaviest of all. */
export function mergeLandmarks(landmarks: readonly Landmark[], sightings: readonly Landmark[]): Landmark[] {
  const merged = [...landmarks];
  for (const sighting of sightings) {
    const nearest = nearestLandmark(sighting, merged);
    const known =
      nearest !== null && nearest.metres < LANDMARKS.sameWithin ? merged[nearest.index] : undefined;
    if (nearest === null || known === undefined) merged.push({ ...sighting, ...capped(sighting) });
    else merged[nearest.index] = weightedMean(known, sighting);
  }
  return heaviest(merged);
}

function weightedMean(known: Landmark, sighting: Landmark): Landmark {
  const total = known.weight + sighting.weight;
  const mean = (a: number, b: number): number => (known.weight * a + sighting.weight * b) / total;
  return {
    category: known.category,
    x: mean(known.x, sighting.x),
    z: mean(known.z, sighting.z),
    ...capped({ weight: total, news: known.news + sighting.news }),
  };
}

const capped = ({ weight, news }: Pick<Landmark, 'weight' | 'news'>) => ({
  weight: Math.min(weight, LANDMARKS.maxWeight),
  news: Math.min(news, LANDMARKS.maxWeight),
});

/** The heaviest landmarks (of equals the earliest), in the order that they stand in. */
function heaviest(landmarks: readonly Landmark[]): Landmark[] {
  const byWeight = landmarks
    .map((_, index) => index)
    .sort((a, b) => (landmarks[b]?.weight ?? 0) - (landmarks[a]?.weight ?? 0) || a - b);
  const kept = new Set(byWeight.slice(0, LANDMARKS.max));
  return landmarks.filter((_, index) => kept.has(index));
}
