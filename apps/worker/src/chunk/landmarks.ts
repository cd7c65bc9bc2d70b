import type { Manifest } from '@loci/contracts';
import { applySim3, sighted, type Landmark, type Pull, type Sim3, type Tail } from '@loci/memory';
import type { Features } from './features.js';
import type { Part } from './parts.js';

/**
 * The categories that are objects, by their indices; none where no landmark could be told from another place: models
 * whose scale is not metric, or whose floor is not the plane of x and z.
 */
export function objectCategories({
  metric_scale: metric,
  up,
  categories,
  background,
}: Pick<Manifest, 'metric_scale' | 'up' | 'categories' | 'background'>): ReadonlySet<number> {
  const level = up[0] === 0 && up[2] === 0;
  return new Set(
    metric && level ? categories.flatMap((name, index) => (background.includes(name) ? [] : [index])) : [],
  );
}

/** The objects that a part of a chunk shows, in the world. */
export function sightings(
  features: Features,
  { first, past }: Pick<Part, 'first' | 'past'>,
  toWorld: Sim3,
  objects: ReadonlySet<number>,
): Landmark[] {
  const tokens = features.confidence.length / features.frames;
  const [from, to] = [first * tokens, past * tokens];
  const centers = applySim3(toWorld, features.centers.subarray(3 * from, 3 * to));
  const votes: Landmark[] = [];
  for (let token = from; token < to; token += 1) {
    const category = features.category[token] ?? -1;
    const vote = {
      category,
      x: centers[3 * (token - from)] ?? NaN,
      z: centers[3 * (token - from) + 2] ?? NaN,
      weight: features.confidence[token] ?? 0,
    };
    if (objects.has(category) && vote.weight > 0 && [vote.x, vote.z, vote.weight].every(Number.isFinite))
      votes.push(vote);
  }
  return sighted(votes);
}

/** The points that this chunk (`head`, already in the world) and the one before have both seen, each to where it was. */
export function sharedPoints(head: Tail, tail: Tail): Pull[] {
  const pulls: Pull[] = [];
  for (let i = 0; i < head.confidence.length; i += 1) {
    const weight = (head.confidence[i] ?? 0) * (tail.confidence[i] ?? 0);
    const [from, to] = [placeOf(head.points, i), placeOf(tail.points, i)];
    if (weight > 0 && [weight, from.x, from.z, to.x, to.z].every(Number.isFinite))
      pulls.push({ from, to, weight });
  }
  return pulls;
}

const placeOf = (points: Float32Array, i: number) => ({
  x: points[3 * i] ?? NaN,
  z: points[3 * i + 2] ?? NaN,
});
