import { IDENTITY, apply, distance, type RigidTransform2D } from '../geometry/rigid-transform-2d.js';
import { RELOCALIZATION } from '../parameters.js';
import { certainty, type Landmark } from './landmark.js';

const { sightingSpread, inlierShare, minArea } = RELOCALIZATION;

export interface PlacementScore {
  logOdds: number;
  /** How many sightings lie on landmarks. */
  inliers: number;
}

/**
 * The log-odds that sightings, transformed, are where they are placed, against anywhere in the known world of
 * `area` square metres. A sighting is of a landmark of its category (of each as likely) with probability
 * `inlierShare`, else anywhere: so rare categories say more. Hundreds of transforms are scored a chunk, hence
 * no intermediate arrays.
 */
export function placementScore(
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
  transform: RigidTransform2D = IDENTITY,
  area = worldArea(landmarks),
): PlacementScore {
  let [logOdds, inliers] = [0, 0];
  for (const sighting of sightings) {
    const placed = apply(transform, sighting);
    let [count, density, nearest] = [0, 0, Infinity];
    for (const landmark of landmarks) {
      if (landmark.category !== sighting.category) continue;
      const metres = distance(placed, landmark);
      count += 1;
      density += Math.exp(-0.5 * (metres / sightingSpread) ** 2);
      nearest = Math.min(nearest, metres);
    }
    if (count === 0) continue;
    const ratio = (inlierShare * density * area) / (count * 2 * Math.PI * sightingSpread ** 2);
    logOdds += certainty(sighting) * Math.log(ratio + 1 - inlierShare);
    if (nearest < 2 * sightingSpread) inliers += 1;
  }
  return { logOdds, inliers };
}

/** Square metres of the rectangle that landmarks span, with half a metre around. */
export function worldArea(landmarks: readonly Landmark[]): number {
  return Math.max(
    (extent(landmarks.map(({ x }) => x)) + 1) * (extent(landmarks.map(({ z }) => z)) + 1),
    minArea,
  );
}

const extent = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
