import {
  IDENTITY,
  apply,
  compose,
  distance,
  fitRigidTransform2D,
  rotationCosine,
  type FloorPoint,
  type RigidTransform2D,
} from '../geometry/rigid-transform-2d.js';
import { RELOCALIZATION } from '../parameters.js';
import { certainty, transformLandmarks, type Landmark } from './landmark.js';
import { placementScore, worldArea, type PlacementScore } from './placement-score.js';
import { registerToLandmarks } from './register.js';

/**
 * The transform that lays sightings on landmarks, looked for everywhere. Null unless one reaches `minLogOdds`
 * with enough inliers and clearly beats every other place.
 * @param inlierShare of the sightings that must be inliers
 */
export function relocalize(
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
  minLogOdds: number = RELOCALIZATION.minLogOdds,
  inlierShare = 0,
): RigidTransform2D | null {
  if (sightings.length === 0 || landmarks.length === 0) return null;
  const [area, middle] = [worldArea(landmarks), middleOf(sightings)];
  const scored = (transform: RigidTransform2D): Candidate => ({
    transform,
    ...placementScore(sightings, landmarks, transform, area),
  });
  const candidates = [IDENTITY, ...candidateTransforms(sightings, landmarks)].map(scored);
  const guess = candidates.reduce((best, other) => (other.logOdds > best.logOdds ? other : best)).transform;
  const refinement = registerToLandmarks([], transformLandmarks(sightings, guess), landmarks);
  const best = scored(compose(refinement, guess));
  const rival = candidates
    .filter(({ transform }) => areDifferent(transform, best.transform, middle))
    .reduce((most, { logOdds }) => Math.max(most, logOdds), -Infinity);
  const minInliers = Math.max(RELOCALIZATION.minInliers, inlierShare * sightings.length);
  const convinces = best.logOdds >= minLogOdds && best.inliers >= minInliers;
  return convinces && best.logOdds - rival >= RELOCALIZATION.rivalMargin ? best.transform : null;
}

/**
 * The transform near the identity that lays sightings on landmarks, where they are guessed to be. Less must
 * speak for it than for anywhere else: what looks like a shot boundary is often a fast turn, and then the
 * camera goes on where it was. Null unless it reaches `nearLogOdds` with enough inliers.
 */
export function relocalizeNear(
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
): RigidTransform2D | null {
  const transform = registerToLandmarks([], sightings, landmarks);
  const { logOdds, inliers } = placementScore(sightings, landmarks, transform);
  const convinces = logOdds >= RELOCALIZATION.nearLogOdds && inliers >= RELOCALIZATION.minInliers;
  return convinces ? transform : null;
}

interface Candidate extends PlacementScore {
  transform: RigidTransform2D;
}

/**
 * A transform, or another place for which the landmarks speak much more clearly: there the drift grew too far
 * for a fit, or a heading slipped.
 */
export function closeLoop(
  transform: RigidTransform2D,
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
): RigidTransform2D {
  const { logOdds } = placementScore(sightings, landmarks, transform);
  const minLogOdds = Math.max(logOdds + RELOCALIZATION.loopClosureMargin, RELOCALIZATION.minLogOdds);
  return relocalize(sightings, landmarks, minLogOdds) ?? transform;
}

/** Whether two transforms carry the middle of what is seen to different places, or turn it differently. */
const areDifferent = (a: RigidTransform2D, b: RigidTransform2D, middle: FloorPoint): boolean =>
  distance(apply(a, middle), apply(b, middle)) > RELOCALIZATION.differentBeyond ||
  rotationCosine(a, b) < RELOCALIZATION.differentCosine;

/** Transforms that lay two sightings on two landmarks of their categories that are as far apart. */
function candidateTransforms(
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
): RigidTransform2D[] {
  const transforms: RigidTransform2D[] = [];
  const matches = matchesOf(sightings, landmarks);
  for (const [index, first] of matches.entries()) {
    for (const second of matches.slice(index + 1)) {
      if (!areRigid(first, second)) continue;
      transforms.push(
        fitRigidTransform2D(
          [first, second].map(({ sighting, landmark }) => ({ from: sighting, to: landmark, weight: 1 })),
        ),
      );
      if (transforms.length === RELOCALIZATION.maxCandidates) return transforms;
    }
  }
  return transforms;
}

interface Match {
  sighting: Landmark;
  landmark: Landmark;
}

/** Whether two matches determine a transform: different objects, far enough apart, and as far in both. */
function areRigid(a: Match, b: Match): boolean {
  const baseline = distance(a.sighting, b.sighting);
  return !(
    a.sighting === b.sighting ||
    a.landmark === b.landmark ||
    baseline < RELOCALIZATION.minBaseline ||
    Math.abs(baseline - distance(a.landmark, b.landmark)) > RELOCALIZATION.sightingSpread
  );
}

/** Sightings with landmarks of their categories, those of the rarest categories and the heaviest first. */
function matchesOf(sightings: readonly Landmark[], landmarks: readonly Landmark[]): Match[] {
  return sightings
    .flatMap((sighting) => {
      const sameCategory = landmarks.filter(({ category }) => category === sighting.category);
      return sameCategory.map((landmark) => ({ sighting, landmark, commonness: sameCategory.length }));
    })
    .sort((a, b) => a.commonness - b.commonness || b.sighting.weight - a.sighting.weight)
    .slice(0, RELOCALIZATION.maxMatches);
}

/** The mean position of sightings, by how certain they are. */
function middleOf(sightings: readonly Landmark[]): FloorPoint {
  let [x, z, total] = [0, 0, 0];
  for (const sighting of sightings) {
    x += certainty(sighting) * sighting.x;
    z += certainty(sighting) * sighting.z;
    total += certainty(sighting);
  }
  return { x: x / total, z: z / total };
}
