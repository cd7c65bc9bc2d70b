import { setImmediate as pause } from 'node:timers/promises';
import type { MemoryBefore } from '@loci/database';
import {
  decodeOverlap,
  decodePath,
  decodeRelated,
  encodePath,
  evidenceOf,
  seeingFrom,
  estimatingPath,
  estimatingPathAndLens,
  scaleErrorOf,
  type EstimatedPath,
  type Evidence,
  type PathOptions,
  type ScaleFrom,
  type RelatedPictures,
  type SeenCells,
  type SeenPoint,
} from '@loci/localization';
import { throwIfAborted } from '../stages/watch.js';
import type { Features } from './features.js';

/** Where a chunk's camera went, as it is estimated, and what that hands to the next chunk. */
export interface ChunkPath {
  /** [F, 4, 4] */
  poses: Float32Array;
  handover: Uint8Array;
  scaleFrom: ScaleFrom;
  /** By which share its metres may be wrong, as a standard deviation. */
  scaleError: number;
  /** What eyes say of what the pictures show; null where none looked. */
  evidence: Evidence | null;
}

/** How eyes look at a chunk's pictures. */
export interface Eyes extends Omit<SeenCells, 'cells'> {
  /** Of a picture, in pixels. */
  size: { width: number; height: number };
  firstFrame: number;
}

/**
 * Estimates where a chunk's camera went, from what is stored of it and of the chunk before. Others have their
 * turn in between.
 * @throws Error when the features hold no pictures
 */
export async function estimatePathOf(
  {
    related,
    things,
    points,
    cameraToChunk,
  }: Pick<Features, 'related' | 'things' | 'points' | 'cameraToChunk'>,
  { previous }: Pick<MemoryBefore, 'previous'>,
  { heightM, isGuess }: EstimatedPath,
  options: Omit<PathOptions, 'heightM' | 'depthM'>,
  eyes: Eyes | null,
  signal: AbortSignal,
): Promise<ChunkPath> {
  if (related === null) throw new Error('the features say nothing of the pictures between the frames');
  const handed = previous === null ? undefined : decodeOverlap(previous.overlap).path;
  const pictures = decodeRelated(related);
  const estimating = isGuess === true ? estimatingPathAndLens : estimatingPath;
  const steps = estimating(handed === undefined ? null : decodePath(handed), pictures, {
    ...{ ...options, heightM },
    depthM: medianDepth(points, cameraToChunk),
  });
  const { poses, points: placed, left } = await runInTurns(steps, signal);
  return {
    ...{ poses, handover: encodePath(left) },
    ...{ scaleFrom: left.world.scaleFrom, scaleError: scaleErrorOf(left) },
    evidence: evidenceIn(placed, pictures, things, eyes && { ...eyes, every: options.every }),
  };
}

/** What eyes say of what a chunk's pictures show, where its frames' poses are given; null: none looked. */
export async function evidenceAlong(
  poses: Float32Array,
  { related, things }: Pick<Features, 'related' | 'things'>,
  options: Pick<PathOptions, 'lens' | 'every'>,
  eyes: Eyes,
  signal: AbortSignal,
): Promise<Evidence | null> {
  if (related === null) return null;
  const pictures = decodeRelated(related);
  const points = await runInTurns(seeingFrom(poses, pictures, options), signal);
  return evidenceIn(points, pictures, things, { ...eyes, every: options.every });
}

function evidenceIn(
  points: readonly SeenPoint[],
  { frames }: RelatedPictures,
  cells: Uint8Array | null,
  eyes: (Eyes & { every: number }) | null,
): Evidence | null {
  return eyes === null || cells === null ? null : evidenceOf(points, frames, { ...eyes, cells }, eyes);
}

/** Runs what pauses to its end; others have their turn in between. */
async function runInTurns<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await pause();
    throwIfAborted(signal);
  }
}

/** Median distance of the points that a chunk's frames show from its first camera, in metres. */
function medianDepth(points: Float32Array, cameraToChunk: Float32Array): number {
  const [x0, y0, z0] = [3, 7, 11].map((cell) => cameraToChunk[cell] ?? 0) as [number, number, number];
  const depths: number[] = [];
  for (let i = 0; i + 2 < points.length; i += 3) {
    const [x, y, z] = [(points[i] ?? 0) - x0, (points[i + 1] ?? 0) - y0, (points[i + 2] ?? 0) - z0];
    depths.push(Math.sqrt(x * x + y * y + z * z));
  }
  return depths.sort((a, b) => a - b)[Math.floor(depths.length / 2)] ?? 1;
}
