import type { RigidTransform2D } from './geometry/rigid-transform-2d.js';
import { heaviest, transformLandmarks, trusted, type Landmark } from './landmarks/landmark.js';
import { mergeLandmarks } from './landmarks/merge.js';
import { relocalize, relocalizeNear } from './landmarks/relocalize.js';
import { PLACES, RELOCALIZATION } from './parameters.js';

/**
 * What was not found after a shot boundary is a place of its own. How it lies to the others nobody knows,
 * until one of them turns out to be the same.
 */
export const landmarksOf = (place: number, landmarks: readonly Landmark[]): Landmark[] =>
  landmarks.filter((landmark) => landmark.place === place);

/** The places of landmarks, the oldest first. */
export const placesIn = (landmarks: readonly Landmark[]): number[] =>
  [...new Set(landmarks.map(({ place }) => place))].sort((a, b) => a - b);

/**
 * The number of a place that nobody knows yet.
 * @param pictured the highest number of a place of which a picture is known
 */
export const nextPlace = (landmarks: readonly Landmark[], pictured: number): number =>
  Math.max(pictured, ...landmarks.map(({ place }) => place)) + 1;

/** All landmarks, with others for those of one place. */
export const replaceLandmarks = (
  place: number,
  own: readonly Landmark[],
  landmarks: readonly Landmark[],
): Landmark[] =>
  heaviest([
    ...landmarks.filter((landmark) => landmark.place !== place),
    ...own.map((landmark) => ({ ...landmark, place })),
  ]);

/** Two places that are one, which has the older one's number; how what lay in the younger one moves. */
export interface Join {
  readonly older: number;
  readonly younger: number;
  readonly transform: RigidTransform2D;
}

/** Joins a place to another one among whose landmarks its own are found, or the other way round. */
export function joinPlace(
  place: number,
  landmarks: readonly Landmark[],
): (Join & { landmarks: Landmark[] }) | null {
  for (const other of placesIn(landmarks)) {
    if (other === place) continue;
    const [older, younger] = [Math.min(place, other), Math.max(place, other)];
    const known = landmarksOf(older, landmarks);
    const found = landmarksOf(younger, landmarks);
    const [theirs, ours] = [trusted(known), trusted(found)];
    const transform =
      relocalize(ours, theirs, RELOCALIZATION.minLogOdds, PLACES.inlierShare) ?? relocalizeNear(ours, theirs);
    if (transform === null) continue;
    const moved = transformLandmarks(found, transform);
    const rest = landmarks.filter((landmark) => landmark.place !== younger);
    return {
      ...{ older, younger, transform },
      landmarks: replaceLandmarks(older, mergeLandmarks(known, moved), rest),
    };
  }
  return null;
}
