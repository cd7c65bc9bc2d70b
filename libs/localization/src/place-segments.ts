import { rows } from '@loci/tensors';
import { DegenerateAlignmentError } from './errors.js';
import { IDENTITY, toSim3, type RigidTransform2D } from './geometry/rigid-transform-2d.js';
import {
  applySim3,
  applySim3ToPoses,
  composeSim3,
  fromPose,
  identitySim3,
  invertSim3,
  type Sim3,
} from './geometry/sim3.js';
import { selectKeyframes, type KeyframeView } from './keyframes.js';
import { contradictionsOf } from './landmarks/absence.js';
import { overlapCorrespondences, sightingsIn } from './landmarks/sightings.js';
import { alignToOverlap, type ChunkOverlap, type TrustedPoints } from './overlap.js';
import type { LocalizerOptions, PerceivedChunk } from './perceived-chunk.js';
import { detectSegments, type Segment } from './segments.js';
import { crossShotBoundary, updateTracking, type TrackedWorld, type TrackingUpdate } from './tracking.js';

/** A segment in the world. */
export interface PlacedSegment extends Segment {
  readonly toWorld: Sim3;
  /** Whether nobody knows yet where it is. */
  readonly lost: boolean;
}

/** The segments of a chunk that are placed so far, and what is known after them. */
export interface Placement {
  readonly segments: readonly PlacedSegment[];
  readonly world: TrackedWorld;
  /**
   * How pending frames of earlier chunks move to where they belong; null while they stay pending, and without
   * any.
   */
  readonly release: RigidTransform2D | null;
}

/** What placing a chunk's segments depends on besides the chunk. */
export interface Surroundings {
  readonly world: TrackedWorld & { readonly views: readonly KeyframeView[] };
  readonly overlap: ChunkOverlap | null;
  readonly options: LocalizerOptions;
}

/** Places a chunk's segments one after another. */
export function placeSegments(chunk: PerceivedChunk, around: Surroundings): Placement {
  const { world, options } = around;
  const segments = detectSegments(chunk);
  let placement: Placement = { segments: [], world, release: null };
  for (const segment of segments) placement = placeNext(chunk, segment, placement, around);
  return options.last ? giveUpLost(placement, around) : placement;
}

function placeNext(
  chunk: PerceivedChunk,
  segment: Segment,
  placed: Placement,
  around: Surroundings,
): Placement {
  const shared = sharedPoints(chunk, segment, around);
  const before = placed.segments.at(-1) ?? null;
  const newShot = before !== null && shared === null;
  const start = newShot ? beginShot(placed, around) : placed;
  const guess =
    newShot && start.world.landmarks.length === 0
      ? beginWorld(chunk, segment)
      : firstGuess(shared, before, around.options);
  const { correction, world } = track(chunk, segment, { shared, guess, world: start.world, around });
  const lost = world.tracking.status === 'lost';
  const toWorld = composeSim3(toSim3(correction), guess);
  return {
    segments: [...start.segments, { ...segment, toWorld, lost }],
    world,
    release: lost ? start.release : releaseBy(correction, start, around),
  };
}

/** A shot boundary that the chunk before has not seen: what is lost will not be found any more. */
function beginShot(placed: Placement, around: Surroundings): Placement {
  const ended = giveUpLost(placed, around);
  return { ...ended, world: crossShotBoundary(ended.world) };
}

/** Lost frames belong where they stand. */
const giveUpLost = (placed: Placement, around: Surroundings): Placement => ({
  ...placed,
  segments: placed.segments.map((segment) => ({ ...segment, lost: false })),
  release: releaseBy(IDENTITY, placed, around),
});

/** Pending frames of earlier chunks are released once, by the first transform that is found for them. */
const releaseBy = (
  transform: RigidTransform2D,
  { release }: Placement,
  { world }: Surroundings,
): RigidTransform2D | null => release ?? (world.tracking.status === 'lost' ? transform : null);

/** Tracks a segment from its first guess. What the chunk before has seen already is not learned twice. */
function track(
  chunk: PerceivedChunk,
  segment: Segment,
  {
    shared,
    guess,
    world,
    around,
  }: { shared: SharedPoints | null; guess: Sim3; world: TrackedWorld; around: Surroundings },
): TrackingUpdate {
  const { objectCategories, sizes } = around.options;
  const freshFrom = Math.max(segment.first, around.overlap === null ? 0 : sizes.overlap);
  if (freshFrom >= segment.end || objectCategories.size === 0) return { correction: IDENTITY, world };
  // of what is lost nobody knows yet whether it was seen before
  const isNew =
    world.tracking.status === 'lost'
      ? () => true
      : newFrames(
          applySim3ToPoses(guess, rows(chunk.cameraToChunk, 16, freshFrom, segment.end)),
          freshFrom,
          around,
        );
  const objectsFrom = (first: number) =>
    sightingsIn(chunk, { first, end: segment.end }, guess, objectCategories, {
      showsNew: isNew,
      firstFrame: around.options.firstFrame,
    });
  const objects = objectsFrom(segment.first);
  const placedHere = shared && { ...shared.here, points: applySim3(guess, shared.here.points) };
  return updateTracking(
    {
      objects,
      freshObjects: freshFrom === segment.first ? objects : objectsFrom(freshFrom),
      shared: shared && placedHere && overlapCorrespondences(placedHere, shared.before),
      contradictions: (correction, landmarks) =>
        contradictionsOf(
          chunk,
          { first: freshFrom, end: segment.end, showsNew: isNew },
          composeSim3(toSim3(correction), guess),
          landmarks,
        ),
    },
    world,
  );
}

/**
 * Which frames of a chunk show something new, by where their cameras stood.
 * @param cameraToWorld [F, 4, 4] of the frames from `first` on
 */
export function newFrames(
  cameraToWorld: Float32Array,
  first: number,
  { world, options }: Surroundings,
): (frame: number) => boolean {
  const times = Array.from({ length: cameraToWorld.length / 16 }, (_, row) =>
    options.seenS(options.firstFrame + first + row),
  );
  const { keyframes } = selectKeyframes(world.views, cameraToWorld, times);
  return (frame) => keyframes[frame - first] ?? false;
}

/** What a segment and the chunk before have both seen: in this chunk's frame, and in the world. */
interface SharedPoints {
  here: TrustedPoints;
  before: TrustedPoints;
  overlap: ChunkOverlap;
}

function sharedPoints(
  chunk: PerceivedChunk,
  { first, end }: Segment,
  { overlap, options: { sizes } }: Surroundings,
): SharedPoints | null {
  if (overlap === null) return null;
  const sharedFrames = Math.min(sizes.overlap, overlap.confidence.length / sizes.tokens);
  const last = Math.min(end, sharedFrames);
  if (first >= last) return null;
  const within = ({ points, confidence }: TrustedPoints): TrustedPoints => ({
    points: rows(points, 3 * sizes.tokens, first, last),
    confidence: rows(confidence, sizes.tokens, first, last),
  });
  return { here: within(chunk), before: within(overlap), overlap };
}

/**
 * The world of a segment's first camera: behind a lead that shows nothing, such as a black picture, the video
 * is placed as it would be without.
 */
const beginWorld = ({ cameraToChunk }: PerceivedChunk, { first }: Segment): Sim3 =>
  invertSim3(fromPose(rows(cameraToChunk, 16, first, first + 1), 1));

/**
 * Where the frames that a segment shares with the chunk before say that it is; without any, where the one
 * before is.
 */
function firstGuess(
  shared: SharedPoints | null,
  before: PlacedSegment | null,
  { metricScale }: LocalizerOptions,
): Sim3 {
  if (shared === null) return before?.toWorld ?? identitySim3();
  try {
    return alignToOverlap(shared.before, shared.here, { scale: !metricScale });
  } catch (error) {
    if (!(error instanceof DegenerateAlignmentError)) throw error;
    if (before !== null) return before.toWorld;
    // a blank wall determines no transform; the pose that the chunk before found for this chunk's first frame
    // does
    return fromPose(shared.overlap.cameraToWorld, shared.overlap.scale);
  }
}
