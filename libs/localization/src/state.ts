import { TensorFormatError, readTensors, writeTensors, type Tensor } from '@loci/tensors';
import { z } from 'zod';
import type { KeyframeView } from './keyframes.js';
import type { Glimpse } from './landmarks/glimpses.js';
import { landmarkSchema } from './landmarks/landmark.js';
import type { OccupancyCell } from './occupancy.js';
import { LANDMARKS } from './parameters.js';
import { EMPTY_WORLD, type TrackedWorld } from './tracking.js';

/**
 * What localization knows after a chunk, as plain data: one per memory, replaced with every chunk. Callers
 * keep it, encode it and hand it back; of its contents only `tracking.status` and, by knownLandmarks, the
 * landmarks are theirs to read.
 */
export interface LocalizerState extends TrackedWorld {
  /** From where the camera looked at the keyframes so far, the earliest first. */
  readonly views: readonly KeyframeView[];
  /** Where objects were seen first. */
  readonly glimpses: readonly Glimpse[];
  /** Over which squares of the floor points were seen; null where nobody kept it from the first chunk on. */
  readonly occupancy: readonly OccupancyCell[] | null;
  /** Lost frames that wait to be localized, the earliest first. */
  readonly pending: PendingPoses;
}

/** Frames by their index in the video, with their cameras where they are placed for now. */
export interface PendingPoses {
  /** [P] */
  readonly frames: Int32Array;
  /** [P, 4, 4] */
  readonly cameraToWorld: Float32Array;
}

export const NOTHING_PENDING: PendingPoses = {
  frames: new Int32Array(0),
  cameraToWorld: new Float32Array(0),
};

/** Before the first frame of a video. */
export const INITIAL_STATE: LocalizerState = {
  ...EMPTY_WORLD,
  views: [],
  glimpses: [],
  occupancy: [],
  pending: NOTHING_PENDING,
};

/** A view's numbers, in a row of the tensor that holds them. */
const VIEW_COLUMNS = ['x', 'z', 'right', 'ahead', 'timeS'] as const satisfies readonly (keyof KeyframeView)[];

/** A glimpse's numbers, likewise. */
const GLIMPSE_COLUMNS = ['category', 'x', 'z', 'frame'] as const satisfies readonly (keyof Glimpse)[];

/** A cell's numbers, likewise. */
const CELL_COLUMNS = ['x', 'z', 'points'] as const satisfies readonly (keyof OccupancyCell)[];

const worldSchema = z.object({
  landmarks: z.array(landmarkSchema).max(LANDMARKS.max),
  tracking: z.discriminatedUnion('status', [
    z.object({ status: z.literal('localized'), place: z.int().nonnegative().default(0) }),
    z.object({
      status: z.literal('lost'),
      sightings: z.array(landmarkSchema).max(LANDMARKS.max),
      chunks: z.int().nonnegative(),
      attempts: z.int().nonnegative(),
    }),
  ]),
});

/** A state as bytes that decode to the same bits: doubles as JSON, the rest as float32 tensors. */
export function encodeState({
  landmarks,
  tracking,
  views,
  glimpses,
  occupancy,
  pending,
}: LocalizerState): Uint8Array<ArrayBuffer> {
  return writeTensors(
    {
      views: tableOf(views, VIEW_COLUMNS),
      glimpses: tableOf(glimpses, GLIMPSE_COLUMNS),
      ...(occupancy === null ? {} : { occupancy: tableOf(occupancy, CELL_COLUMNS) }),
      pending_frames: { dtype: 'i32', dims: [pending.frames.length], data: pending.frames },
      pending_poses: { dtype: 'f32', dims: [pending.frames.length, 4, 4], data: pending.cameraToWorld },
    },
    { world: JSON.stringify({ landmarks, tracking }) },
  );
}

/** Throws TensorFormatError for bytes that encodeState did not write. */
export function decodeState(bytes: Uint8Array): LocalizerState {
  const { tensors, metadata } = readTensors(bytes);
  return {
    ...readWorld(metadata['world']),
    views: readViews(tensors['views']),
    // states of before glimpses were kept have none
    glimpses: tensors['glimpses'] === undefined ? [] : readGlimpses(tensors['glimpses']),
    occupancy: tensors['occupancy'] === undefined ? null : readCells(tensors['occupancy']),
    pending: readPending(tensors['pending_frames'], tensors['pending_poses']),
  };
}

function readWorld(text: string | undefined): TrackedWorld {
  try {
    return worldSchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new TensorFormatError('it does not hold what localization knows', { cause });
  }
}

function tableOf<Name extends string>(
  records: readonly Readonly<Record<Name, number>>[],
  columns: readonly Name[],
): Tensor {
  const data = Float32Array.from(records.flatMap((record) => columns.map((name) => record[name])));
  return { dtype: 'f32', dims: [records.length, columns.length], data };
}

const readViews = (tensor: Tensor | undefined): KeyframeView[] =>
  rowsOf(tensor, VIEW_COLUMNS.length, 'views').map(
    ([x = NaN, z = NaN, right = NaN, ahead = NaN, timeS = NaN]) => ({ x, z, right, ahead, timeS }),
  );

const readGlimpses = (tensor: Tensor | undefined): Glimpse[] =>
  rowsOf(tensor, GLIMPSE_COLUMNS.length, 'glimpses').map(
    ([category = NaN, x = NaN, z = NaN, frame = NaN]) => ({ category, x, z, frame }),
  );

const readCells = (tensor: Tensor | undefined): OccupancyCell[] =>
  rowsOf(tensor, CELL_COLUMNS.length, 'occupied cells').map(([x = NaN, z = NaN, points = NaN]) => ({
    x,
    z,
    points,
  }));

function rowsOf(tensor: Tensor | undefined, width: number, what: string): number[][] {
  const [count = 0] = tensor?.dims ?? [];
  if (tensor?.dtype !== 'f32' || tensor.dims.length !== 2 || tensor.dims[1] !== width)
    throw new TensorFormatError(`it does not hold ${what}`);
  const { data } = tensor;
  return Array.from({ length: count }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

function readPending(frames: Tensor | undefined, poses: Tensor | undefined): PendingPoses {
  if (frames?.dtype !== 'i32' || poses?.dtype !== 'f32' || poses.data.length !== 16 * frames.data.length)
    throw new TensorFormatError('it does not hold pending frames with their poses');
  return { frames: frames.data, cameraToWorld: poses.data };
}
