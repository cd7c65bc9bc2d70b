import { z } from 'zod';
import { apply, distance, type FloorPoint, type RigidTransform2D } from '../geometry/rigid-transform-2d.js';
import { DRIFT, LANDMARKS } from '../parameters.js';

/**
 * An object on the floor plane. A vote is one token's guess of it, a sighting what one chunk has seen of it,
 * a landmark what the video has shown of it so far. The defaults are of states of before such a thing was
 * kept.
 */
export const landmarkSchema = z
  .object({
    /** Index into the manifest's categories. */
    category: z.int().nonnegative(),
    /** Metres of the world, of its centre; y is its height. */
    x: z.number(),
    y: z.number().nullable().default(null),
    z: z.number(),
    /** The confidence of all its votes together. */
    weight: z.number().positive(),
    /** That of the votes of frames that showed something new: what is seen again proves nothing. */
    news: z.number().nonnegative().optional(),
    /** The first frames of the chunks that saw it first and last. */
    firstSeen: z.int().nonnegative().default(0),
    lastSeen: z.int().nonnegative().default(0),
    /** Metres that it may lie off, since the camera had drifted when it was seen (drift.ts). */
    drift: z.number().nonnegative().default(0),
    /** Landmarks of two places lie anywhere to each other (places.ts). */
    place: z.int().nonnegative().default(0),
  })
  .transform(({ news, ...landmark }) => ({ ...landmark, news: news ?? landmark.weight }));
export type Landmark = Readonly<z.infer<typeof landmarkSchema>>;

export const transformLandmarks = (objects: readonly Landmark[], transform: RigidTransform2D): Landmark[] =>
  objects.map((object) => ({ ...object, ...apply(transform, object) }));

/** How much an object counts where a place is looked for, 0 to 1. */
export const certainty = ({ weight }: Pick<Landmark, 'weight'>): number =>
  weight / (weight + LANDMARKS.halfCertain);

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

/** The index of the landmark that an object is, within reach of it; null where there is none. */
export function sameLandmark(object: Landmark, landmarks: readonly Landmark[]): number | null {
  const nearest = nearestLandmark(object, landmarks);
  return nearest !== null && nearest.metres < LANDMARKS.sameWithin ? nearest.index : null;
}

/** Whether an object is one of some landmarks. */
export const isAmong = (object: Landmark, landmarks: readonly Landmark[]): boolean =>
  sameLandmark(object, landmarks) !== null;

/** Whether a landmark may have been put in a wrong place. */
export const isInDoubt = ({ drift }: Landmark): boolean => drift > DRIFT.trustedWithin;

/** Those that are not in doubt: a place is told by these alone. */
export const trusted = (landmarks: readonly Landmark[]): Landmark[] =>
  landmarks.filter((landmark) => !isInDoubt(landmark));

/** What is found where it was before is no news. */
export const seenAgain = (sighting: Landmark): Landmark => ({ ...sighting, news: 0 });

/** The heaviest landmarks (of equals the earliest), in the order that they stand in. */
export function heaviest(landmarks: readonly Landmark[]): Landmark[] {
  const byWeight = landmarks
    .map((_, index) => index)
    .sort((a, b) => (landmarks[b]?.weight ?? 0) - (landmarks[a]?.weight ?? 0) || a - b);
  const kept = new Set(byWeight.slice(0, LANDMARKS.max));
  return landmarks.filter((_, index) => kept.has(index));
}
