import {
  IDENTITY,
  compose,
  type Correspondence,
  type RigidTransform2D,
} from './geometry/rigid-transform-2d.js';
import { weaken, type Contradiction } from './landmarks/absence.js';
import { doubtDrifted } from './landmarks/drift.js';
import { seenAgain, transformLandmarks, trusted, type Landmark } from './landmarks/landmark.js';
import { mergeLandmarks } from './landmarks/merge.js';
import { registerToLandmarks } from './landmarks/register.js';
import { closeLoop, relocalize, relocalizeNear } from './landmarks/relocalize.js';
import { LOST, RELOCALIZATION } from './parameters.js';
import type { Replay } from './replay.js';
import { joinPlace, landmarksOf, nextPlace, placesIn, replaceLandmarks, type Join } from './places.js';

/** Whether it is known where the camera is. */
export type Tracking = Localized | Lost;

export interface Localized {
  readonly status: 'localized';
  /** The place that the camera is in: its landmarks are known to lie about it. */
  readonly place: number;
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

export const EMPTY_WORLD: TrackedWorld = { tracking: { status: 'localized', place: 0 }, landmarks: [] };

/** What a segment shows, in the world as a first guess places it. */
export interface SegmentObservation {
  /** The objects of all its frames. */
  readonly objects: readonly Landmark[];
  /** The objects of its fresh frames. */
  readonly freshObjects: readonly Landmark[];
  /** Points that the chunk before has seen too; null where the segment shares no frame with it. */
  readonly shared: readonly Correspondence[] | null;
  /** What it plays again; null where its pictures are new. */
  readonly replay: Replay | null;
  /** The highest number of a place of which a picture is known; 0 without any. */
  readonly pictured: number;
  /** How much of what the fresh frames see speaks against landmarks, [L], where the segment is moved so. */
  readonly contradictions: (
    correction: RigidTransform2D,
    landmarks: readonly Landmark[],
  ) => readonly Contradiction[];
}

export interface TrackingUpdate {
  /** How the segment moves from its first guess to where it belongs. */
  readonly correction: RigidTransform2D;
  readonly world: TrackedWorld;
  /** Places that turned out to be one, one after another. */
  readonly joins: readonly Join[];
}

/**
 * The next state of tracking, by what a segment shows: the arrows of the diagram in
 * docs/design/localization.md.
 */
export function updateTracking(
  observation: SegmentObservation,
  { tracking, landmarks }: TrackedWorld,
): TrackingUpdate {
  const { replay } = observation;
  if (replay !== null) return learn(observation, landmarks, replay.place, replay.transform);
  return tracking.status === 'localized'
    ? keepTracking(observation, landmarks, tracking.place)
    : lookForPlace(observation, landmarks, tracking);
}

/** Localized: the segment is fitted onto what is known of its place. */
function keepTracking(
  observation: SegmentObservation,
  landmarks: readonly Landmark[],
  place: number,
): TrackingUpdate {
  const { objects, shared } = observation;
  const certain = trusted(landmarksOf(place, landmarks));
  const correction =
    shared === null ? IDENTITY : closeLoop(registerToLandmarks(shared, objects, certain), objects, certain);
  return learn(observation, landmarks, place, correction);
}

/** What a segment shows becomes known. Then it may turn out where its place is. */
function learn(
  { objects, freshObjects, contradictions }: SegmentObservation,
  landmarks: readonly Landmark[],
  place: number,
  correction: RigidTransform2D,
): TrackingUpdate {
  const known = landmarksOf(place, landmarks);
  const fresh = transformLandmarks(freshObjects, correction);
  const doubted = doubtDrifted(known, objects, correction);
  const there = weaken(doubted, fresh, (which) => contradictions(correction, which));
  const own = mergeLandmarks(there, fresh);
  const all = replaceLandmarks(place, own, landmarks);
  // only what is new tells more of where a place is
  const update = own.length > there.length ? joined : localizedIn;
  return update(place, correction, all);
}

/**
 * Lost: all that was seen since the shot boundary is looked for; after enough attempts it is taken for a new
 * place.
 */
function lookForPlace(
  { freshObjects, pictured }: SegmentObservation,
  landmarks: readonly Landmark[],
  lost: Lost,
): TrackingUpdate {
  const sightings = mergeLandmarks(lost.sightings, freshObjects);
  const chunks = lost.chunks + 1;
  const attempts = lost.attempts + (sightings.length >= LOST.minObjects ? 1 : 0);
  const isLast = attempts >= LOST.maxAttempts || chunks >= LOST.maxChunks;
  for (const place of placesIn(landmarks)) {
    const own = landmarksOf(place, landmarks);
    const known = trusted(own);
    const found =
      relocalize(sightings, known) ??
      relocalizeNear(sightings, known) ??
      (isLast ? relocalize(sightings, known, LOST.lastLogOdds, LOST.lastInlierShare) : null);
    if (found === null) continue;
    const merged = mergeLandmarks(own, transformLandmarks(sightings.map(seenAgain), found));
    return localizedIn(place, found, replaceLandmarks(place, merged, landmarks));
  }
  if (isLast) {
    const place = nextPlace(landmarks, pictured);
    return localizedIn(place, IDENTITY, replaceLandmarks(place, sightings, landmarks));
  }
  return {
    correction: IDENTITY,
    world: { landmarks, tracking: { status: 'lost', sightings, chunks, attempts } },
    joins: [],
  };
}

/** Localized in a place, or in that which it turns out to be a part of. */
function joined(place: number, correction: RigidTransform2D, landmarks: readonly Landmark[]): TrackingUpdate {
  const join = joinPlace(place, landmarks);
  if (join === null) return localizedIn(place, correction, landmarks);
  const here = place === join.younger ? compose(join.transform, correction) : correction;
  const further = joined(join.older, here, join.landmarks);
  return { ...further, joins: [join, ...further.joins] };
}

const localizedIn = (
  place: number,
  correction: RigidTransform2D,
  landmarks: readonly Landmark[],
): TrackingUpdate => ({
  correction,
  world: { landmarks, tracking: { status: 'localized', place } },
  joins: [],
});

/**
 * What is known after a shot boundary. What was lost before it leaves no landmarks. Among too few landmarks
 * nothing can be found again: then what follows goes on where it is.
 */
export const crossShotBoundary = ({ landmarks, tracking }: TrackedWorld): TrackedWorld => ({
  landmarks,
  tracking:
    landmarks.length < RELOCALIZATION.minInliers
      ? { status: 'localized', place: tracking.status === 'localized' ? tracking.place : 0 }
      : { status: 'lost', sightings: [], chunks: 0, attempts: 0 },
});
