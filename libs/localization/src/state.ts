import { TensorFormatError, readTensors, writeTensors, type Tensor } from '@loci/tensors';
import { z } from 'zod';
import type { KeyframeView } from './keyframes.js';
import { NO_PICTURES, TAKEN_COLUMNS, type KnownPictures } from './known-pictures.js';
import type { Glimpse } from './landmarks/glimpses.js';
import { landmarkSchema } from './landmarks/landmark.js';
import type { OccupancyCell } from './occupancy.js';
import { LANDMARKS } from './parameters.js';
import { NO_FRAMES, type PosedFrames } from './posed-frames.js';
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
  /** The pictures of localized frames: what is played again is known by them. */
  readonly pictures: KnownPictures;
  /** Lost frames that wait to be localized, the earliest first. */
  readonly pending: PosedFrames;
}

/** Before the first frame of a video. */
export const INITIAL_STATE: LocalizerState = {
  ...EMPTY_WORLD,
  views: [],
  glimpses: [],
  occupancy: [],
  pictures: NO_PICTURES,
  pending: NO_FRAMES,
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
  pictures,
  pending,
}: LocalizerState): Uint8Array<ArrayBuffer> {
  return writeTensors(
    {
      views: tableOf(views, VIEW_COLUMNS),
      glimpses: tableOf(glimpses, GLIMPSE_COLUMNS),
      ...(occupancy === null ? {} : { occupancy: tableOf(occupancy, CELL_COLUMNS) }),
      ...picturesTensors(pictures),
      pending_frames: { dtype: 'i32', dims: [pending.frames.length], data: pending.frames },
      pending_poses: { dtype: 'f32', dims: [pending.frames.length, 4, 4], data: pending.cameraToWorld },
      pending_hashes: { dtype: 'i32', dims: [pending.frames.length], data: pending.hashes },
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
    // states of before pictures were kept have none
    pictures: tensors['picture_hashes'] === undefined ? NO_PICTURES : readPictures(tensors),
    pending: readPending(tensors),
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

const picturesTensors = ({ hashes, taken }: KnownPictures): Record<string, Tensor> => ({
  picture_hashes: { dtype: 'i32', dims: [hashes.length], data: hashes },
  pictures: { dtype: 'f32', dims: [hashes.length, TAKEN_COLUMNS], data: taken },
});

function readPictures({ picture_hashes: hashes, pictures: taken }: Tensors): KnownPictures {
  const areTheirs = taken?.dims[0] === hashes?.dims[0] && taken?.dims[1] === TAKEN_COLUMNS;
  if (hashes?.dtype !== 'i32' || taken?.dtype !== 'f32' || !areTheirs)
    throw new TensorFormatError('it does not hold pictures with where they were taken');
  return { hashes: hashes.data, taken: taken.data };
}

function readPending(tensors: Tensors): PosedFrames {
  const { pending_frames: frames, pending_poses: poses } = tensors;
  if (frames?.dtype !== 'i32' || poses?.dtype !== 'f32' || poses.data.length !== 16 * frames.data.length)
    throw new TensorFormatError('it does not hold pending frames with their poses');
  // states of before pictures were kept have none: 0 is as good as any
  const { pending_hashes: hashes = { ...frames, data: new Int32Array(frames.data.length) } } = tensors;
  if (hashes.dtype !== 'i32' || hashes.data.length !== frames.data.length)
    throw new TensorFormatError('it does not hold what pending frames are known by');
  return { frames: frames.data, cameraToWorld: poses.data, hashes: hashes.data };
}

type Tensors = Readonly<Record<string, Tensor>>;
