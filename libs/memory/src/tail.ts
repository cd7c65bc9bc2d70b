import { alignPoints } from './align.js';
import { TensorFormatError } from './errors.js';
import { NOTHING_KNOWN, knownSchema, type Known } from './landmarks/landmark.js';
import type { Sim3 } from './sim3.js';
import { readTensors, writeTensors, type Tensor } from './tensors.js';
import type { View } from './views.js';

/**
 * The last `overlap` frames of a chunk, as the next one sees them again: points [overlap, N, 3] in the world frame and
 * their confidence [overlap, N].
 */
export interface Tail {
  points: Float32Array;
  confidence: Float32Array;
}

/** What the next chunk is placed by: the tail of the chunk before, what is known of the world, and the views that memory has taken; and what waits for it. */
export interface KnowingTail extends Tail {
  known: Known;
  /** The earliest first. */
  views: readonly View[];
  /** Camera-to-world [4, 4] of its first frame, where the next chunk begins; null where it holds none. */
  pose: Float32Array | null;
  /** The chunk’s frames that are adrift, by the names that whoever remembers them gave: they wait for the chunk that finds them. */
  waiting: Readonly<Record<string, Tensor>>;
}

/** The metadata entry that holds what is known, as JSON: its numbers come back bit for bit. */
const KNOWN = 'known';
/** What the names of tensors that wait begin with. */
const WAITING = 'waiting.';
/** A view's numbers in a row of the tensor that holds them. */
const VIEW = ['x', 'z', 'right', 'ahead', 'tS', 'takenS'] as const satisfies readonly (keyof View)[];

/** A tail as bytes; float32, so that aligning after a restart gives the same bits. Throws RangeError when the lengths do not match. */
export function encodeTail({
  points,
  confidence,
  known,
  views = [],
  pose = null,
  waiting = {},
}: Tail & Partial<KnowingTail>): Uint8Array<ArrayBuffer> {
  if (points.length !== 3 * confidence.length)
    throw new RangeError(`${points.length} coordinates for ${confidence.length} points`);
  return writeTensors(
    {
      points: { dtype: 'f32', dims: [confidence.length, 3], data: points },
      confidence: { dtype: 'f32', dims: [confidence.length], data: confidence },
      ...(views.length > 0 && {
        views: {
          dtype: 'f32',
          dims: [views.length, VIEW.length],
          data: Float32Array.from(views.flatMap((view) => VIEW.map((name) => view[name]))),
        },
      }),
      ...(pose && { pose: { dtype: 'f32', dims: [4, 4], data: pose } }),
      ...renamed(waiting, (name) => WAITING + name),
    },
    known && { [KNOWN]: JSON.stringify(known) },
  );
}

const renamed = (
  tensors: Readonly<Record<string, Tensor>>,
  name: (old: string) => string,
): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([old, tensor]) => [name(old), tensor]));

/** Tails that were written before there were landmarks, views or poses know none, and nothing waits in them. Throws TensorFormatError for bytes that encodeTail did not write. */
export function decodeTail(bytes: Uint8Array): KnowingTail {
  const { tensors, metadata } = readTensors(bytes);
  const { points, confidence } = tensors;
  if (
    points?.dtype !== 'f32' ||
    confidence?.dtype !== 'f32' ||
    points.data.length !== 3 * confidence.data.length
  )
    throw new TensorFormatError('it does not hold a chunk’s points and their confidence');
  const waiting = Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith(WAITING)));
  return {
    points: points.data,
    confidence: confidence.data,
    known: readKnown(metadata[KNOWN]),
    views: readViews(tensors['views']),
    pose: readPose(tensors['pose']),
    waiting: renamed(waiting, (name) => name.slice(WAITING.length)),
  };
}

function readPose(tensor: Tensor | undefined): Float32Array | null {
  if (tensor === undefined) return null;
  if (tensor.dtype !== 'f32' || tensor.data.length !== 16)
    throw new TensorFormatError('it does not hold a pose');
  return tensor.data;
}

/** A row of tails that were written before views were passed by does not say when its frame was taken: it was then. */
const TAKEN = VIEW.indexOf('takenS');

function readViews(tensor: Tensor | undefined): View[] {
  if (tensor === undefined) return [];
  const [rows = 0, width = 0] = tensor.dims;
  if (tensor.dtype !== 'f32' || tensor.dims.length !== 2 || width < TAKEN || width > VIEW.length)
    throw new TensorFormatError('it does not hold views');
  return Array.from({ length: rows }, (_, row) => {
    const [x = NaN, z = NaN, right = NaN, ahead = NaN, tS = NaN, takenS = tS] = tensor.data.subarray(
      row * width,
      (row + 1) * width,
    );
    return { x, z, right, ahead, tS, takenS };
  });
}

function readKnown(text: string | undefined): Known {
  if (text === undefined) return NOTHING_KNOWN;
  try {
    return knownSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TensorFormatError('it does not hold landmarks', { cause });
  }
}

/**
 * The similarity that carries a chunk into the world frame, from the frames that it shares with the chunk before: `head`
 * holds its first `overlap` frames in its own frame. A point counts by the product of its two confidences. Throws as
 * alignPoints does.
 */
export function alignToTail(tail: Tail, head: Tail, options: { scale: boolean }): Sim3 {
  const weights = head.confidence.map((confidence, i) => confidence * (tail.confidence[i] ?? NaN));
  return alignPoints(head.points, tail.points, weights, options);
}
