import { rows } from '@loci/tensors';
import { beginWorld, firstGuess, sharedPoints, type SharedPoints } from './first-guess.js';
import { IDENTITY, toSim3, type RigidTransform2D } from './geometry/rigid-transform-2d.js';
import { applySim3, applySim3ToPoses, composeSim3, type Sim3 } from './geometry/sim3.js';
import { selectKeyframes } from './keyframes.js';
import { lastPlace } from './known-pictures.js';
import { contradictionsOf } from './landmarks/absence.js';
import { overlapCorrespondences, sightingsIn } from './landmarks/sightings.js';
import type { PerceivedChunk } from './perceived-chunk.js';
import type { PlacedSegment, Placement, Surroundings } from './placement.js';
import { findReplay, replayStarts, seenBefore, type Replay, type SeenBefore } from './replay.js';
import { detectSegments, type Segment } from './segments.js';
import { crossShotBoundary, updateTracking, type TrackedWorld, type TrackingUpdate } from './tracking.js';

/** Places a chunk's segments one after another. */
export function placeSegments(chunk: PerceivedChunk, around: Surroundings): Placement {
  const { world, options } = around;
  // the poses of a model that cannot tell places apart do not say where a picture was taken
  const seen =
    options.objectCategories.size === 0
      ? []
      : seenBefore(around.hashes, chunk, options.firstFrame, world.pictures);
  let placement: Placement = { segments: [], world, release: null, joins: [] };
  for (const segment of detectSegments(chunk, replayStarts(seen)))
    placement = placeNext(chunk, segment, placement, { ...around, seen });
  return options.last ? giveUpLost(placement, around) : placement;
}

function placeNext(
  chunk: PerceivedChunk,
  segment: Segment,
  placed: Placement,
  around: Surroundings & { readonly seen: SeenBefore },
): Placement {
  const shared = sharedPoints(chunk, segment, around);
  const before = placed.segments.at(-1) ?? null;
  const newShot = before !== null && shared === null;
  const start = newShot ? beginShot(placed, around) : placed;
  const guess =
    newShot && start.world.landmarks.length === 0
      ? beginWorld(chunk, segment)
      : firstGuess(shared, before, around.options);
  const replay = findReplay(chunk, segment, around.seen, guess);
  const { correction, world, joins } = track(withoutReplayed(chunk, replay), segment, {
    ...{ shared, guess, replay, world: start.world, around },
  });
  const lost = world.tracking.status === 'lost';
  const placedHere: PlacedSegment = {
    ...segment,
    toWorld: composeSim3(toSim3(correction), guess),
    lost,
    place: world.tracking.status === 'lost' ? null : world.tracking.place,
    replayed: replay?.frames ?? NONE,
  };
  return {
    segments: [...start.segments, placedHere],
    world,
    release: lost ? start.release : releaseBy(correction, start, around),
    joins: [...start.joins, ...joins],
  };
}

const NONE: ReadonlySet<number> = new Set();

/** What was seen before, to the picture, teaches nothing, as what stands still. */
const withoutReplayed = (chunk: PerceivedChunk, replay: Replay | null): PerceivedChunk =>
  replay === null
    ? chunk
    : { ...chunk, still: chunk.still.map((still, frame) => (replay.frames.has(frame) ? 1 : still)) };

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
    replay,
    world,
    around,
  }: {
    shared: SharedPoints | null;
    guess: Sim3;
    replay: Replay | null;
    world: TrackedWorld;
    around: Surroundings;
  },
): TrackingUpdate {
  const { objectCategories, sizes } = around.options;
  const freshFrom = Math.max(segment.first, around.overlap === null ? 0 : sizes.overlap);
  if (freshFrom >= segment.end || objectCategories.size === 0)
    return { correction: IDENTITY, world, joins: [] };
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
      replay,
      pictured: lastPlace(around.world.pictures),
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
