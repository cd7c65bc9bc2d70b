import {
  glimpsesIn,
  landmarksIn,
  occupancyIn,
  type LandmarkManifest,
  type Pose,
  type SeenPlaces,
  type World,
} from '@loci/answering';
import { scaleFromSchema, type ScaleFrom } from '@loci/localization';
import type { StillStretch } from '@loci/memory';
import { chunkOf, type ChunkSizes } from '@loci/pipeline';
import type { readTensors } from '@loci/tensors';
import { z } from 'zod';

/** What a chunk's map says of the world (`encodeMap`). */
export interface WorldPart {
  /** [F], of the frames that the chunk localized, fresh ones and those that were pending: their seconds. */
  times: Float32Array;
  /** [F, 16], camera-to-world, row-major */
  trajectory: Float32Array;
  /** [L, 4], as `landmarksIn` reads them: what is known after the chunk; null in maps of older workers */
  landmarks: Float32Array | null;
  /** [G, 4], as `glimpsesIn` reads them: where things were seen first; null in maps of older workers */
  glimpses: Float32Array | null;
  /** [C, 3], as `occupancyIn` reads them: where points were seen; null in maps of older workers */
  occupancy: Float32Array | null;
  /** What the metres of an estimated path come from; null where the path is not estimated. */
  scaleFrom: ScaleFrom | null;
  /** By which share they may be wrong, as a standard deviation; null where nobody says. */
  scaleError: number | null;
  /** What eyes say of its places; null where none looked. */
  places: SeenPlaces | null;
}

export interface WorldSource extends LandmarkManifest {
  fps: number;
  sizes: ChunkSizes;
  /** The world is as it was known after this chunk. */
  lastChunk: number;
  still: readonly StillStretch[];
  /** Null where the chunk's map is missing. */
  read: (chunk: number) => Promise<WorldPart | null>;
}

/** What a map object says of the world; null where it says nothing of the camera's path. */
export function worldPartIn({ tensors, metadata }: ReturnType<typeof readTensors>): WorldPart | null {
  const { times, trajectory, landmarks, glimpses, occupancy, cubes, likely } = tensors;
  if (times?.dtype !== 'f32' || trajectory?.dtype !== 'f32') return null;
  return {
    times: times.data,
    trajectory: trajectory.data,
    landmarks: landmarks?.dtype === 'f32' ? landmarks.data : null,
    glimpses: glimpses?.dtype === 'f32' ? glimpses.data : null,
    occupancy: occupancy?.dtype === 'f32' ? occupancy.data : null,
    scaleFrom: scaleFromSchema.nullable().parse(metadata['scale_from'] ?? null),
    scaleError: z
      .number()
      .nullable()
      .parse(JSON.parse(metadata['scale_error'] ?? 'null')),
    places:
      cubes?.dtype === 'i32' && likely?.dtype === 'u8' ? { cubes: cubes.data, likely: likely.data } : null,
  };
}

/** Confidence of metres that are right, by what an estimated path has them from: set, not fitted. */
const METRES_CERTAINTY: Record<ScaleFrom, number | null> = { height: 0.6, 'usual height': 0.4, depth: null };
/** Where no floor was seen for long, lengths are no better than a guess. */
const LEAST_CERTAINTY = 0.1;

/** How sure a length along an estimated path is; null where nobody knows how long a metre is. */
export function certaintyOfMetres({ scaleFrom, scaleError }: Pick<WorldPart, 'scaleFrom' | 'scaleError'>) {
  const right = scaleFrom === null ? null : METRES_CERTAINTY[scaleFrom];
  return right && Math.max(LEAST_CERTAINTY, right * (1 - 2 * (scaleError ?? 0)));
}

/** The world as its chunks' maps tell it. */
export const knownWorld = (source: WorldSource): World => ({
  poseAt: (seconds) => poseAt(seconds, source),
  landmarks: async () => {
    const rows = (await source.read(source.lastChunk))?.landmarks ?? null;
    return rows === null ? null : landmarksIn(rows, source);
  },
  glimpses: async () => {
    const rows = (await source.read(source.lastChunk))?.glimpses ?? null;
    return rows === null ? null : glimpsesIn(rows, source);
  },
  occupancy: async () => {
    const rows = (await source.read(source.lastChunk))?.occupancy ?? null;
    return rows === null ? null : occupancyIn(rows);
  },
});

/**
 * A frame is in the map of its own chunk, or of a later one that released it. While the picture stands still,
 * so does the camera.
 */
async function poseAt(
  seconds: number,
  { fps, sizes, lastChunk, still, read }: WorldSource,
): Promise<Pose | null> {
  const frame = lastMoving(Math.round(seconds * fps), still);
  if (frame < 0) return null;
  for (let chunk = chunkOf(frame, sizes); chunk <= lastChunk; chunk += 1) {
    const part = await read(chunk);
    const row = part?.times.findIndex((time) => Math.round(time * fps) === frame) ?? -1;
    if (part !== null && row >= 0) return [...part.trajectory.subarray(16 * row, 16 * (row + 1))];
  }
  return null;
}

/** The last frame up to this one at which the picture moved; −1 of none. */
function lastMoving(frame: number, still: readonly StillStretch[]): number {
  let last = frame;
  // a stretch may be in parts, one of each chunk
  for (const [first, end] of still.toReversed()) if (first <= last && last < end) last = first - 1;
  return last;
}
