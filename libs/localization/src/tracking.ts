import { IDENTITY, type Correspondence, type RigidTransform2D } from './geometry/rigid-transform-2d.js';
import { mergeLandmarks, transformLandmarks, type Landmark } from './landmarks/landmark.js';
import { registerToLandmarks } from './landmarks/register.js';
import { closeLoop, relocalize } from './landmarks/relocalize.js';
import { LOST, RELOCALIZATION } from './parameters.js';

/** Whether it is known where the camera is. */
export type Tracking = Localized | Lost;

export interface Localized {
  readonly status: 'localized';
}

/** Nobody knows where the camera is since a shot boundary. */
export interface Lost {
  readonly status: 'lost';
  /** The objects seen since, placed as the chunk's overlap is. */
  readonly sightings: readonly Landmark[];
  /** Chunks that have looked for the place; `attempts` counts those with enough objects to tell by. */
  readonly chunks: number;
  readonly attempts: number;
}

/** What is known of the world, and whether the camera's place in it is known. */
export interface TrackedWorld {
  readonly tracking: Tracking;
  readonly landmarks: readonly Landmark[];
}

const LOCALIZED: Localized = { status: 'localized' };
export const EMPTY_WORLD: TrackedWorld = { tracking: LOCALIZED, landmarks: [] };

/** What a segment shows, in the world as a first guess places it. */
export interface SegmentObservation {
  /** The objects of all its frames. */
  readonly objects: readonly Landmark[];
  /** The objects of its fresh frames. */
  readonly freshObjects: readonly Landmark[];
  /** Points that the chunk before has seen too; null where the segment shares no frame with it. */
  readonly shared: readonly Correspondence[] | null;
}

export interface TrackingUpdate {
  /** How the segment moves from its first guess to where it belongs. */
  readonly correction: RigidTransform2D;
  readonly world: TrackedWorld;
}

/**
 * The next state of tracking, by what a segment shows: the arrows of the diagram in
 * docs/design/localization.md.
 */
export const updateTracking = (observation: SegmentObservation, world: TrackedWorld): TrackingUpdate =>
  world.tracking.status === 'localized'
    ? keepTracking(observation, world.landmarks)
    : lookForPlace(observation, world.landmarks, world.tracking);

/** Localized: the segment is fitted onto what is known, and what it shows becomes known. */
function keepTracking(
  { objects, freshObjects, shared }: SegmentObservation,
  landmarks: readonly Landmark[],
): TrackingUpdate {
  const correction =
    shared === null
      ? IDENTITY
      : closeLoop(registerToLandmarks(shared, objects, landmarks), objects, landmarks);
  return localizedAt(correction, freshObjects, landmarks);
}

/**
 * Lost: all that was seen since the shot boundary is looked for; after enough attempts it is taken for a new
 * place.
 */
function lookForPlace(
  { freshObjects }: SegmentObservation,
  landmarks: readonly Landmark[],
  lost: Lost,
): TrackingUpdate {
  const sightings = mergeLandmarks(lost.sightings, freshObjects);
  const chunks = lost.chunks + 1;
  const attempts = lost.attempts + (sightings.length >= LOST.minObjects ? 1 : 0);
  const isLast = attempts >= LOST.maxAttempts || chunks >= LOST.maxChunks;
  const found =
    relocalize(sightings, landmarks) ??
    (isLast ? relocalize(sightings, landmarks, LOST.lastLogOdds, LOST.lastInlierShare) : null);
  if (found !== null) return localizedAt(found, sightings.map(seenAgain), landmarks);
  if (isLast) return localizedAt(IDENTITY, sightings, landmarks);
  return {
    correction: IDENTITY,
    world: { landmarks, tracking: { status: 'lost', sightings, chunks, attempts } },
  };
}

/** What is found where it was before is no news. */
const seenAgain = (sighting: Landmark): Landmark => ({ ...sighting, news: 0 });

const localizedAt = (
  correction: RigidTransform2D,
  sightings: readonly Landmark[],
  landmarks: readonly Landmark[],
): TrackingUpdate => ({
  correction,
  world: {
    landmarks: mergeLandmarks(landmarks, transformLandmarks(sightings, correction)),
    tracking: LOCALIZED,
  },
});

/**
 * What is known after a shot boundary. What was lost before it leaves no landmarks. Among too few landmarks
 * nothing can be found again: then what follows is a new place.
 */
export const crossShotBoundary = ({ landmarks }: TrackedWorld): TrackedWorld => ({
  landmarks,
  tracking:
    landmarks.length < RELOCALIZATION.minInliers
      ? LOCALIZED
      : { status: 'lost', sightings: [], chunks: 0, attempts: 0 },
});
