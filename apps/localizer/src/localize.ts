import { GLIMPSE_COLUMNS, LANDMARK_COLUMNS, OCCUPANCY_COLUMNS } from '@loci/contracts';
import {
  knownGlimpses,
  knownLandmarks,
  knownOccupancy,
  localizeChunk,
  moveFrames,
  type LocalizedChunk,
  type PerceivedChunk,
  type WorldFrames,
} from '@loci/localization';
import { rows, type Tensor } from '@loci/tensors';
import { z } from 'zod';
import type { Reply, Request } from './method.js';
import type { PendingFrame, Sessions } from './sessions.js';
import {
  booleanTensor,
  firstAxis,
  floatTensor,
  floats,
  integerTensor,
  integers,
} from './tensor-arguments.js';

const argumentsSchema = z.object({
  session: z.string(),
  first_frame: z.int().nonnegative(),
  held: z.int().positive(),
  last: z.boolean(),
  fps: z.number().positive(),
  tokens: z.int().positive(),
  overlap: z.int().nonnegative(),
  metric_scale: z.boolean(),
  object_categories: z.array(z.int().nonnegative()),
});
type Arguments = z.infer<typeof argumentsSchema>;

/** Localizes the next chunk of a session. */
export function localize({ arguments: given, tensors }: Request, sessions: Sessions): Reply {
  const options = argumentsSchema.parse(given);
  const { handover, chunks, pending } = sessions.get(options.session);
  const localized = localizeChunk(handover, perceivedChunk(tensors, options), {
    firstFrame: options.first_frame,
    last: options.last,
    seenS: (frame) => frame / options.fps,
    metricScale: options.metric_scale,
    objectCategories: new Set(options.object_categories),
    sizes: { tokens: options.tokens, overlap: options.overlap },
  });
  const { state, overlap, releasedFrames } = localized;
  const released = releasedFrames === null ? [] : pending;
  const [landmarks, glimpses] = [knownLandmarks(state), knownGlimpses(state)];
  const occupancy = knownOccupancy(state) ?? new Float32Array(0);
  sessions.set(options.session, {
    handover: { state, overlap },
    chunks: chunks + 1,
    pending: [...(releasedFrames === null ? pending : []), ...pendingFrames(localized, chunks, options)],
  });
  return {
    result: {
      lost: state.tracking.status === 'lost',
      chunk: chunks,
      shot_boundaries: localized.shotBoundaries,
    },
    tensors: {
      ...chunkTensors(localized, options),
      ...releasedTensors(localized, released, options),
      landmarks: floatTensor(landmarks, [landmarks.length / LANDMARK_COLUMNS, LANDMARK_COLUMNS]),
      glimpses: floatTensor(glimpses, [glimpses.length / GLIMPSE_COLUMNS, GLIMPSE_COLUMNS]),
      occupancy: floatTensor(occupancy, [occupancy.length / OCCUPANCY_COLUMNS, OCCUPANCY_COLUMNS]),
    },
  };
}

/** The held frames of a request's chunk. */
function perceivedChunk(
  tensors: Readonly<Record<string, Tensor>>,
  { held, tokens }: Arguments,
): PerceivedChunk {
  const length = firstAxis(tensors, 'points');
  if (held > length) throw new RangeError(`${held} frames are held in a chunk of ${length}`);
  return {
    frames: held,
    points: rows(floats(tensors, 'points', [length, tokens, 3]), 3 * tokens, 0, held),
    centers: rows(floats(tensors, 'centers', [length, tokens, 3]), 3 * tokens, 0, held),
    confidence: rows(floats(tensors, 'confidence', [length, tokens]), tokens, 0, held),
    cameraToChunk: rows(floats(tensors, 'camera_to_chunk', [length, 4, 4]), 16, 0, held),
    category: rows(integers(tensors, 'category', [length, tokens]), tokens, 0, held),
    stepDoubt:
      'step_doubt' in tensors
        ? rows(floats(tensors, 'step_doubt', [length]), 1, 0, held)
        : new Float32Array(held),
    // the training draws moving pictures
    still: new Uint8Array(held),
  };
}

function pendingFrames(
  { statuses, placedFrames }: LocalizedChunk,
  chunk: number,
  { first_frame: firstFrame, tokens }: Arguments,
): PendingFrame[] {
  const pending = [...statuses.keys()].filter((frame) => statuses[frame] === 'pending');
  return pending.map((frame) => ({
    frame: firstFrame + frame,
    chunk,
    points: rows(placedFrames.points, 3 * tokens, frame, frame + 1),
    centers: rows(placedFrames.centers, 3 * tokens, frame, frame + 1),
    cameraToWorld: rows(placedFrames.cameraToWorld, 16, frame, frame + 1),
  }));
}

const worldTensors = (
  { points, centers, cameraToWorld }: WorldFrames,
  frames: number,
  tokens: number,
): [points: Tensor, centers: Tensor, cameraToWorld: Tensor] => [
  floatTensor(points, [frames, tokens, 3]),
  floatTensor(centers, [frames, tokens, 3]),
  floatTensor(cameraToWorld, [frames, 4, 4]),
];

function chunkTensors(
  { placedFrames, statuses, keyframes }: LocalizedChunk,
  { held, tokens }: Arguments,
): Record<string, Tensor> {
  const [points, centers, cameraToWorld] = worldTensors(placedFrames, held, tokens);
  return {
    points,
    centers,
    camera_to_world: cameraToWorld,
    localized: booleanTensor(statuses.map((status) => status === 'localized')),
    pending: booleanTensor(statuses.map((status) => status === 'pending')),
    keyframe: booleanTensor(keyframes),
  };
}

function releasedTensors(
  { releasedFrames }: LocalizedChunk,
  released: readonly PendingFrame[],
  { tokens }: Arguments,
): Record<string, Tensor> {
  const joined = (field: keyof WorldFrames): Float32Array =>
    Float32Array.from(released.flatMap((frame) => [...frame[field]]));
  const placed: WorldFrames = {
    points: joined('points'),
    centers: joined('centers'),
    cameraToWorld: joined('cameraToWorld'),
  };
  const moved = releasedFrames === null ? placed : moveFrames(releasedFrames.transform, placed);
  const [points, centers, cameraToWorld] = worldTensors(moved, released.length, tokens);
  return {
    released_points: points,
    released_centers: centers,
    released_camera_to_world: cameraToWorld,
    released_frame: integerTensor(released.map(({ frame }) => frame)),
    released_chunk: integerTensor(released.map(({ chunk }) => chunk)),
    released_keyframe: booleanTensor(releasedFrames?.keyframes ?? []),
  };
}
