import { NO_CONTRADICTION, type Contradiction } from '../src/landmarks/absence.js';
import type { Correspondence, RigidTransform2D } from '../src/geometry/rigid-transform-2d.js';
import type { Landmark } from '../src/landmarks/landmark.js';
import type { TrackedWorld } from '../src/tracking.js';
import { randomOf } from './geometry.js';

// How fixtures/landmarks.json writes things down: rows of numbers.
export type LandmarkRow = [category: number, x: number, z: number, weight: number];
export type TransformRow = [cos: number, sin: number, x: number, z: number];
export type CorrespondenceRow = [x: number, z: number, toX: number, toZ: number, weight: number];
export interface WorldRows {
  landmarks: LandmarkRow[];
  tracking:
    { status: 'localized' } | { status: 'lost'; sightings: LandmarkRow[]; chunks: number; attempts: number };
}

/** A landmark as a video leaves it at first. */
export const landmark = (
  given: Pick<Landmark, 'category' | 'x' | 'z' | 'weight' | 'news'> & Partial<Landmark>,
): Landmark => ({ y: 0, firstSeen: 0, lastSeen: 0, drift: 0, place: 0, ...given });

export const landmarksFrom = (rows: readonly LandmarkRow[]): Landmark[] =>
  rows.map(([category, x, z, weight]) => landmark({ category, x, z, weight, news: weight }));
export const landmarkRows = (landmarks: readonly Landmark[]): LandmarkRow[] =>
  landmarks.map(({ category, x, z, weight }) => [category, x, z, weight]);
export const transformRow = (transform: RigidTransform2D | null): TransformRow | null =>
  transform && [transform.cos, transform.sin, transform.x, transform.z];
export const correspondencesFrom = (rows: readonly CorrespondenceRow[]): Correspondence[] =>
  rows.map(([x, z, toX, toZ, weight]) => ({ from: { x, z }, to: { x: toX, z: toZ }, weight }));
export const worldFrom = ({ landmarks, tracking }: WorldRows): TrackedWorld => ({
  landmarks: landmarksFrom(landmarks),
  tracking:
    tracking.status === 'lost'
      ? { ...tracking, sightings: landmarksFrom(tracking.sightings) }
      : { ...tracking, place: 0 },
});
export const worldRows = ({ landmarks, tracking }: TrackedWorld): WorldRows => ({
  landmarks: landmarkRows(landmarks),
  tracking:
    tracking.status === 'lost'
      ? { ...tracking, sightings: landmarkRows(tracking.sightings) }
      : { status: 'localized' },
});

/** Eight objects of four categories in a room of 6 m, none near another. */
export function room(seed: number): Landmark[] {
  const random = randomOf(seed);
  const found: Landmark[] = [];
  while (found.length < 8) {
    const [x, z] = [6 * random() - 3, 6 * random() - 3];
    if (found.every((other) => Math.hypot(other.x - x, other.z - z) > 1))
      found.push(landmark({ category: 3 + Math.floor(found.length / 2), x, z, weight: 40, news: 40 }));
  }
  return found;
}

/** No ray goes through a landmark. */
export const nothingAgainst = (_: unknown, of: readonly Landmark[]): Contradiction[] =>
  of.map(() => NO_CONTRADICTION);
