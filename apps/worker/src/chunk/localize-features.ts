import type { Manifest } from '@loci/contracts';
import type { MemoryBefore } from '@loci/database';
import {
  START,
  decodeOverlap,
  decodeState,
  encodeOverlap,
  encodeState,
  knownGlimpses,
  knownLandmarks,
  knownOccupancy,
  localizeChunk,
  objectCategories,
  seenThrough,
  type FrameStatus,
  type GivenCamera,
  type LocalizedChunk,
} from '@loci/localization';
import type { MemoryClock } from '@loci/memory';
import type { ChunkSpan } from '@loci/pipeline';
import type { Features } from './features.js';
import { framesOf, movedFrame, type PlacedFrame } from './frames.js';
import type { MemoryPass } from './memory-passes.js';
import { decodePendingFrames, encodePendingFrames } from './pending-frames.js';

/** A chunk's features in the world, and what is stored for the next chunk. */
export interface LocalizedFeatures {
  /** What memory takes, in order: released frames of earlier chunks, then the chunk's own. */
  passes: MemoryPass[];
  /** The frames whose place is known from now on. */
  mapFrames: PlacedFrame[];
  /** What is known of the world's things after the chunk, for the map. */
  landmarks: Float32Array;
  /** Where they were seen first, for the map. */
  glimpses: Float32Array;
  /** Over which squares of the floor points were seen, for the map; null where nobody kept it. */
  occupancy: Float32Array | null;
  /** The frames before which a shot boundary lies, for the map. */
  shotBoundaries: number[];
  /** The frames of the chunk that show pictures of before. */
  replayed: ReadonlySet<number>;
  /** Encoded: see RememberedChunk. */
  localizerState: Uint8Array;
  overlap: Uint8Array;
  pendingFrames: Uint8Array | null;
  releasesPending: boolean;
}

/** What localizing a chunk depends on besides it and the chunks before. */
interface LocalizedBy {
  clock: MemoryClock;
  chunks: number;
  manifest: Manifest;
  /** What was given of the camera; null where nothing was. */
  camera?: GivenCamera | null;
  /** Where its path is estimated to go, and what that hands on; null where it is not. */
  path?: { poses: Float32Array; handover: Uint8Array } | null;
}

/** Localizes a chunk from what is stored of the chunks before. A pure function of its arguments. */
export function localizeFeatures(
  perceived: Features,
  { previous, pendingFrames }: Pick<MemoryBefore, 'previous' | 'pendingFrames'>,
  span: ChunkSpan,
  { clock, chunks, manifest, camera = null, path = null }: LocalizedBy,
): LocalizedFeatures {
  const before = previous && {
    state: decodeState(previous.localizerState),
    overlap: decodeOverlap(previous.overlap),
  };
  const features = camera?.lens == null ? perceived : seenThrough(perceived, camera.lens);
  const localized = localizeChunk(before ?? START, features, {
    firstFrame: span.start,
    last: span.index + 1 === chunks,
    seenS: (frame) => clock.seenS(frame),
    metricScale: manifest.metric_scale,
    objectCategories: objectCategories(manifest),
    poses: path?.poses ?? camera?.poses ?? null,
    path: path?.handover ?? null,
    sizes: manifest.sizes,
  });
  const frames = framesOf(features, localized.placedFrames, span.start);
  const framesThatAre = (status: FrameStatus): PlacedFrame[] =>
    frames.filter((_, frame) => localized.statuses[frame] === status);
  const released = releasedFrames(localized, pendingFrames);
  const pending = framesThatAre('pending');
  return {
    passes: [
      ...passesOf(released, localized.releasedFrames?.keyframes ?? [], manifest.sizes.frames_per_chunk),
      { frames, keyframes: localized.keyframes },
    ],
    mapFrames: [...released, ...framesThatAre('localized')],
    landmarks: knownLandmarks(localized.state),
    glimpses: knownGlimpses(localized.state),
    occupancy: knownOccupancy(localized.state),
    shotBoundaries: localized.shotBoundaries,
    replayed: localized.replayed,
    localizerState: encodeState(localized.state),
    overlap: encodeOverlap(localized.overlap),
    pendingFrames: pending.length === 0 ? null : encodePendingFrames(pending),
    releasesPending: localized.releasedFrames !== null,
  };
}

/** What a chunk that shows one picture hands on: what it was handed. */
export function handOn({ previous }: Pick<MemoryBefore, 'previous'>, chunk: number): LocalizedFeatures {
  if (previous === null) throw new Error(`chunk ${chunk} has none before it that it could go on from`);
  const state = decodeState(previous.localizerState);
  const known = {
    landmarks: knownLandmarks(state),
    glimpses: knownGlimpses(state),
    occupancy: knownOccupancy(state),
  };
  const nothing = {
    passes: [],
    mapFrames: [],
    shotBoundaries: [],
    replayed: new Set<number>(),
    pendingFrames: null,
    releasesPending: false,
  };
  return { ...previous, ...known, ...nothing };
}

/** The pending frames of earlier chunks, where they belong; none while they stay pending. */
function releasedFrames(
  { releasedFrames: released }: LocalizedChunk,
  pendingFrames: readonly Uint8Array[],
): PlacedFrame[] {
  if (released === null) return [];
  return pendingFrames
    .flatMap((bytes) => decodePendingFrames(bytes))
    .map((frame) => movedFrame(frame, released.transform));
}

/** Frames as the graph takes them, at most T at a time. */
const passesOf = (
  frames: readonly PlacedFrame[],
  keyframes: readonly boolean[],
  length: number,
): MemoryPass[] =>
  Array.from({ length: Math.ceil(frames.length / length) }, (_, pass) => ({
    frames: frames.slice(pass * length, (pass + 1) * length),
    keyframes: keyframes.slice(pass * length, (pass + 1) * length),
  }));
