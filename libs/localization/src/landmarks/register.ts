import {
  IDENTITY,
  apply,
  distance,
  fitRigidTransform2D,
  type Correspondence,
  type RigidTransform2D,
} from '../geometry/rigid-transform-2d.js';
import { REGISTRATION } from '../parameters.js';
import { certainty, nearestLandmark, type Landmark } from './landmark.js';

/**
 * The transform near the identity that lays shared points and sightings onto what is known of the world.
 * Iteratively re-weighted: all shared points together weigh 1, a landmark at most `landmarkWeight`, and each
 * less the farther off.
 * @param shared points that two chunks share: `from` where this chunk places them, `to` where the one before
 *   did
 */
export function registerToLandmarks(
  shared: readonly Correspondence[],
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
): RigidTransform2D {
  const totalWeight = shared.reduce((sum, { weight }) => sum + weight, 0);
  const unit = 1 / Math.max(totalWeight, 1e-12);
  let transform = IDENTITY;
  for (let round = 0; round < REGISTRATION.rounds; round += 1) {
    const current = transform;
    const points = shared.map(({ from, to, weight }) => ({
      from,
      to,
      weight: (weight * unit) / (1 + (distance(apply(current, from), to) / REGISTRATION.pointSpread) ** 2),
    }));
    const matches = sightings.flatMap((sighting) => matchOf(sighting, current, landmarks));
    transform = fitRigidTransform2D([...points, ...matches]);
  }
  return transform;
}

/** A sighting with the landmark of its category that it lies nearest to; none where that is too far off. */
function matchOf(
  sighting: Landmark,
  transform: RigidTransform2D,
  landmarks: readonly Landmark[],
): Correspondence[] {
  const nearest = nearestLandmark({ ...sighting, ...apply(transform, sighting) }, landmarks);
  const landmark = nearest === null ? undefined : landmarks[nearest.index];
  if (nearest === null || landmark === undefined || nearest.metres >= REGISTRATION.searchRadius) return [];
  const closeness = (1 + (nearest.metres / REGISTRATION.landmarkSpread) ** 2) ** 2;
  return [
    {
      from: sighting,
      to: landmark,
      weight: (REGISTRATION.landmarkWeight * certainty(sighting) * certainty(landmark)) / closeness,
    },
  ];
}
