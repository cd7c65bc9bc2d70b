import { z } from 'zod';
import { apart, carry, type Motion } from './motion.js';

/** Metres: a sighting this close to a landmark of its category is of it. */
const SAME = 0.6;
/** Landmarks that are kept, the heaviest. */
export const KEPT = 128;
/** No landmark becomes heavier, so that its place can still adapt. */
export const HEAVIEST = 400;
/** An object of this weight counts half. */
const HALF = 4;

/** An object: its category's index, where it stands in the floor plane (metres of the world), and how much was seen of it. */
export const landmarkSchema = z.object({
  category: z.int().nonnegative(),
  x: z.number(),
  z: z.number(),
  weight: z.number().positive(),
});
export type Landmark = Readonly<z.infer<typeof landmarkSchema>>;

/**
 * What was seen since a cut while nobody knows where that is, placed as the chunk's tail is; how many chunks have looked for it, of
 * which `tries` had enough to tell by; and whether the cut is only suspected.
 */
const adriftSchema = z.object({
  seen: z.array(landmarkSchema).max(KEPT),
  tries: z.int().nonnegative(),
  chunks: z.int().nonnegative().default(0),
  suspected: z.boolean().default(false),
});
export type Adrift = Readonly<z.infer<typeof adriftSchema>>;

/** What travels from chunk to chunk: the landmarks known, and what is adrift, if anything is. */
export const knownSchema = z.object({
  landmarks: z.array(landmarkSchema).max(KEPT),
  adrift: adriftSchema.nullable(),
});
export interface Known {
  readonly landmarks: readonly Landmark[];
  readonly adrift: Adrift | null;
}

/** Before a video's first frame nothing is known. */
export const NOTHING_KNOWN: Known = { landmarks: [], adrift: null };

export const moved = (things: readonly Landmark[], motion: Motion): Landmark[] =>
  things.map((thing) => ({ ...thing, ...carry(motion, thing) }));

/** How much an object counts, 0 to 1. */
export const sure = ({ weight }: Landmark): number => weight / (weight + HALF);

/** The nearest landmark of a thing's category (the first of those that are as near), and how far it is; none: null. */
export function nearest(
  thing: Landmark,
  landmarks: readonly Landmark[],
): { index: number; away: number } | null {
  let found: { index: number; away: number } | null = null;
  landmarks.forEach((landmark, index) => {
    if (landmark.category !== thing.category) return;
    const away = apart(thing, landmark);
    if (found === null || away < found.away) found = { index, away };
  });
  return found;
}

/** Landmarks with sightings taken in: running means of those that are the same, the heaviest of all. */
export function merged(landmarks: readonly Landmark[], seen: readonly Landmark[]): Landmark[] {
  const all = [...landmarks];
  for (const thing of seen) {
    const near = nearest(thing, all);
    const known = near !== null && near.away < SAME ? all[near.index] : undefined;
    if (near === null || known === undefined) {
      all.push({ ...thing, weight: Math.min(thing.weight, HEAVIEST) });
      continue;
    }
    const total = known.weight + thing.weight;
    const mean = (a: number, b: number): number => (known.weight * a + thing.weight * b) / total;
    all[near.index] = {
      category: known.category,
      x: mean(known.x, thing.x),
      z: mean(known.z, thing.z),
      weight: Math.min(total, HEAVIEST),
    };
  }
  const heaviest = all
    .map((_, index) => index)
    .sort((a, b) => (all[b]?.weight ?? 0) - (all[a]?.weight ?? 0) || a - b);
  const kept = new Set(heaviest.slice(0, KEPT));
  return all.filter((_, index) => kept.has(index));
}
