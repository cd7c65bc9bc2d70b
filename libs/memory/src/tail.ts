import { alignPoints } from './align.js';
import { TensorFormatError } from './errors.js';
import { NOTHING_KNOWN, knownSchema, type Known } from './landmarks/landmark.js';
import type { Sim3 } from './sim3.js';
import { readTensors, writeTensors } from './tensors.js';

/**
 * The last `overlap` frames of a chunk, as the next one sees them again: points [overlap, N, 3] in the world frame and
 * their confidence [overlap, N].
 */
export interface Tail {
  points: Float32Array;
  confidence: Float32Array;
}

/** What the next chunk is placed by: the tail of the chunk before, and what is known of the world. */
export interface KnowingTail extends Tail {
  known: Known;
}

/** The metadata entry that holds what is known, as JSON: its numbers come back bit for bit. */
const KNOWN = 'known';

/** A tail as bytes; float32, so that aligning after a restart gives the same bits. Throws RangeError when the lengths do not match. */
export function encodeTail({ points, confidence, known }: Tail & { known?: Known }): Uint8Array<ArrayBuffer> {
  if (points.length !== 3 * confidence.length) throw new RangeError(`${points.length} coordinates for ${confidence.length} points`);
  return writeTensors(
    {
      points: { dtype: 'f32', dims: [confidence.length, 3], data: points },
      confidence: { dtype: 'f32', dims: [confidence.length], data: confidence },
    },
    known && { [KNOWN]: JSON.stringify(known) },
  );
}

/** Tails that were written before there were landmarks know none. Throws TensorFormatError for bytes that encodeTail did not write. */
export function decodeTail(bytes: Uint8Array): KnowingTail {
  const { tensors, metadata } = readTensors(bytes);
  const { points, confidence } = tensors;
  if (points?.dtype !== 'f32' || confidence?.dtype !== 'f32' || points.data.length !== 3 * confidence.data.length)
    throw new TensorFormatError('it does not hold a chunk’s points and their confidence');
  return { points: points.data, confidence: confidence.data, known: readKnown(metadata[KNOWN]) };
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
