import { rows } from '@loci/tensors';
import { toSim3 } from './geometry/rigid-transform-2d.js';
import { applySim3, applySim3ToPoses, type Sim3 } from './geometry/sim3.js';
import { selectKeyframes, type KeyframeView } from './keyframes.js';
import { addPictures, hashPictures, joinPictures, type KnownPictures } from './known-pictures.js';
import { takeGlimpses } from './landmarks/glimpses.js';
import { occupy } from './occupancy.js';
import type { ChunkOverlap } from './overlap.js';
import type { LocalizerOptions, PerceivedChunk } from './perceived-chunk.js';
import { placeByPoses } from './place-by-poses.js';
import { placeSegments } from './place-segments.js';
import type { PlacedSegment, Placement } from './placement.js';
import { NO_FRAMES, joinPosed, movePoses, posedFrames, takenIn, type PosedFrames } from './posed-frames.js';
import { INITIAL_STATE, type LocalizerState } from './state.js';

/** What one chunk hands to the next. */
export interface Handover {
  state: LocalizerState;
  /** Null before the first chunk. */
  overlap: ChunkOverlap | null;
}

/** Before the first chunk: the world is the frame of its first camera. */
export const START: Handover = { state: INITIAL_STATE, overlap: null };

/**
 * What a frame is to its chunk. `shared`: the chunk before has localized it. `localized`: its place is known
 * from now on. `pending`: nobody knows its place; a later chunk, at the latest the last one, releases it.
 * `still`: it shows nothing new, so that neither memory nor the map takes it.
 */
export type FrameStatus = 'shared' | 'localized' | 'pending' | 'still';

/** Frames in the world (frame 0's camera, metres); their poses have no scale. */
export interface WorldFrames {
  /** [F, N, 3] */
  points: Float32Array;
  /** [F, N, 3] */
  centers: Float32Array;
  /** [F, 4, 4] */
  cameraToWorld: Float32Array;
}

/** Pending frames of earlier chunks whose place is known from now on, the earliest first. */
export interface ReleasedFrames {
  /** [R] indices in the video */
  frames: Int32Array;
  /** From where they were placed when they became pending to where they belong: for moveFrames. */
  transform: Sim3;
  /** [R] whether each shows something new */
  keyframes: boolean[];
}

export interface LocalizedChunk extends Handover {
  overlap: ChunkOverlap;
  /** All of the chunk's frames. Where they are pending: where they are placed for now. */
  placedFrames: WorldFrames;
  /** [F] */
  statuses: FrameStatus[];
  /**
   * [F] which of the localized frames show something new: memory takes these alone, after the released ones
   */
  keyframes: boolean[];
  releasedFrames: ReleasedFrames | null;
  /** Frames of the chunk whose pictures are those of earlier frames: the video is played again. */
  replayed: ReadonlySet<number>;
  /** Frames of the chunk before which the picture jumps. */
  shotBoundaries: number[];
}

/**
 * Where each camera of a chunk stood. The first chunk is the world; a later one is laid onto its predecessor
 * by the frames that both have seen, and onto what is known of the world. What follows a shot boundary is
 * looked for in it. Where a client gave poses, they say where each camera stood. A pure function: the same
 * state, overlap, chunk and options give the same bits.
 */
export function localizeChunk(
  { state, overlap }: Handover,
  chunk: PerceivedChunk,
  options: LocalizerOptions,
): LocalizedChunk {
  const hashes = hashPictures(chunk.confidence, chunk.frames);
  const around = { world: state, overlap, options, hashes };
  const placement = options.poses ? placeByPoses(chunk, options.poses, around) : placeSegments(chunk, around);
  const { segments, world, release } = placement;
  const placedFrames = inWorld(chunk, segments, options.sizes.tokens);
  const statuses = statusesOf(segments, chunk, overlap === null ? 0 : options.sizes.overlap);
  const framesWhere = (areMeant: (frame: number) => boolean): PosedFrames =>
    posedFrames(
      [...statuses.keys()].filter(areMeant),
      hashes,
      placedFrames.cameraToWorld,
      options.firstFrame,
    );
  const released = release === null ? NO_FRAMES : movePoses(state.pending, toSim3(release));
  const replayed = new Set(segments.flatMap((segment) => [...segment.replayed]));
  const showsMore = (frame: number): boolean => statuses[frame] === 'localized' && !replayed.has(frame);
  const shown = framesWhere(showsMore);
  const selection = selectInTurn(state.views, released, shown, options);
  return {
    state: {
      ...world,
      views: selection.views,
      glimpses: takeGlimpses(
        state.glimpses,
        { ...chunk, centers: placedFrames.centers },
        options.objectCategories,
        (frame) => (showsMore(frame) ? options.firstFrame + frame : null),
      ),
      occupancy:
        state.occupancy &&
        occupy(state.occupancy, { points: placedFrames.points, frames: chunk.frames }, showsMore),
      pictures: picturesAfter(state.pictures, placement, { released, shown }, options),
      pending: joinPosed(
        release === null ? state.pending : NO_FRAMES,
        framesWhere((frame) => statuses[frame] === 'pending'),
      ),
    },
    overlap: overlapOf(chunk, placedFrames, segments, options),
    placedFrames,
    statuses,
    keyframes: statuses.map((_, frame) => selection.keyframes.has(options.firstFrame + frame)),
    releasedFrames: release && {
      frames: released.frames,
      transform: toSim3(release),
      keyframes: selection.releasedKeyframes,
    },
    replayed,
    shotBoundaries: options.poses ? [] : segments.slice(1).map(({ first }) => first),
  };
}

/** Frames somewhere else. */
export const moveFrames = (
  transform: Sim3,
  { points, centers, cameraToWorld }: WorldFrames,
): WorldFrames => ({
  points: applySim3(transform, points),
  centers: applySim3(transform, centers),
  cameraToWorld: applySim3ToPoses(transform, cameraToWorld),
});

/** What a chunk shows, each frame through the transform of its segment. */
function inWorld(
  { points, centers, cameraToChunk }: PerceivedChunk,
  segments: readonly PlacedSegment[],
  tokens: number,
): WorldFrames {
  const world: WorldFrames = {
    points: new Float32Array(points.length),
    centers: new Float32Array(centers.length),
    cameraToWorld: new Float32Array(cameraToChunk.length),
  };
  for (const { first, end, toWorld } of segments) {
    const moved = moveFrames(toWorld, {
      points: rows(points, 3 * tokens, first, end),
      centers: rows(centers, 3 * tokens, first, end),
      cameraToWorld: rows(cameraToChunk, 16, first, end),
    });
    world.points.set(moved.points, 3 * tokens * first);
    world.centers.set(moved.centers, 3 * tokens * first);
    world.cameraToWorld.set(moved.cameraToWorld, 16 * first);
  }
  return world;
}

const statusesOf = (
  segments: readonly PlacedSegment[],
  { still }: Pick<PerceivedChunk, 'still'>,
  freshFrom: number,
): FrameStatus[] =>
  segments.flatMap(({ first, end, lost }) =>
    Array.from({ length: end - first }, (_, i): FrameStatus => {
      if (first + i < freshFrom) return 'shared';
      if (still[first + i] === 1) return 'still';
      return lost ? 'pending' : 'localized';
    }),
  );

/**
 * Which frames show something new: released ones [R], and indices in the video of the chunk's own. Released
 * frames are looked at first: they come earlier in the video.
 */
function selectInTurn(
  views: readonly KeyframeView[],
  released: PosedFrames,
  shown: PosedFrames,
  { objectCategories, seenS }: LocalizerOptions,
): { keyframes: Set<number>; releasedKeyframes: boolean[]; views: readonly KeyframeView[] } {
  // the poses of a model that cannot tell places apart do not say what was seen before
  if (objectCategories.size === 0) return { keyframes: new Set(shown.frames), releasedKeyframes: [], views };
  const { frames, cameraToWorld } = joinPosed(released, shown);
  const selection = selectKeyframes(views, cameraToWorld, Array.from(frames, seenS));
  const areNew = (_: number, i: number): boolean => selection.keyframes[released.frames.length + i] ?? false;
  return {
    keyframes: new Set(shown.frames.filter(areNew)),
    releasedKeyframes: selection.keyframes.slice(0, released.frames.length),
    views: selection.views,
  };
}

/** The pictures that are known after a chunk. */
function picturesAfter(
  known: KnownPictures,
  { segments, joins }: Placement,
  { released, shown }: { released: PosedFrames; shown: PosedFrames },
  { firstFrame, objectCategories }: LocalizerOptions,
): KnownPictures {
  // a model that cannot tell places apart looks for none
  if (objectCategories.size === 0) return known;
  // the first segment that is not lost has released them: where it was given up, they are in no place
  const releasedIn = segments.find(({ lost }) => !lost)?.place ?? null;
  const placeOf = (frame: number): number | null =>
    segments.find(({ end }) => frame - firstFrame < end)?.place ?? null;
  const taken = [...takenIn(released, () => releasedIn), ...takenIn(shown, placeOf)];
  return joins.reduce(joinPictures, addPictures(known, taken));
}

/** What the next chunk is aligned by: the chunk's last frames. */
function overlapOf(
  { frames, confidence }: PerceivedChunk,
  { points, cameraToWorld }: WorldFrames,
  segments: readonly PlacedSegment[],
  { sizes: { tokens, overlap }, path }: LocalizerOptions,
): ChunkOverlap {
  const first = Math.max(0, frames - overlap);
  return {
    points: points.subarray(3 * tokens * first),
    confidence: confidence.subarray(tokens * first),
    cameraToWorld: rows(cameraToWorld, 16, first, first + 1),
    scale: segments.at(-1)?.toWorld.scale ?? 1,
    path: path ?? undefined,
  };
}
