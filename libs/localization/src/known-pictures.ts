import { createHash } from 'node:crypto';
import { apply } from './geometry/rigid-transform-2d.js';
import { rows } from '@loci/tensors';
import type { KeyframeView } from './keyframes.js';
import { PICTURES } from './parameters.js';
import type { Join } from './places.js';

/** From where and which way the camera looked. */
export type CameraView = Pick<KeyframeView, 'x' | 'z' | 'right' | 'ahead'>;

/**
 * Pictures whose place is known, in the order in which they were localized; of equal ones the first. Arrays,
 * since there are thousands.
 */
export interface KnownPictures {
  /** [P] what each is known again by: hashPictures */
  readonly hashes: Int32Array;
  /** [P, 6] the columns of CameraView, then the frame's index in the video and its place */
  readonly taken: Float32Array;
}

export const NO_PICTURES: KnownPictures = { hashes: new Int32Array(0), taken: new Float32Array(0) };

/** Columns of KnownPictures.taken. */
export const TAKEN_COLUMNS = 6;
const PLACE_COLUMN = 5;

/** A picture, where it was taken, and in which place. */
export interface TakenPicture extends CameraView {
  readonly hash: number;
  readonly frame: number;
  readonly place: number;
}

/**
 * What pictures are known again by, [F]: 32 bits of how sure the perceive graph is of their tokens. It looks
 * at each picture by itself, so that the same picture has the same bits wherever it comes.
 * @param confidence [F, N]
 */
export function hashPictures(confidence: Float32Array, frames: number): Int32Array {
  const tokens = confidence.length / Math.max(1, frames);
  return Int32Array.from({ length: frames }, (_, frame) =>
    createHash('sha256')
      .update(rows(confidence, tokens, frame, frame + 1))
      .digest()
      .readInt32LE(),
  );
}

/** The picture of that hash, taken before a frame; null where there was none. */
export function pictureBefore(
  frame: number,
  hash: number,
  { hashes, taken }: KnownPictures,
): TakenPicture | null {
  const row = hashes.indexOf(hash);
  const [x = NaN, z = NaN, right = NaN, ahead = NaN, first = NaN, place = NaN] = taken.subarray(
    TAKEN_COLUMNS * row,
    TAKEN_COLUMNS * (row + 1),
  );
  return row >= 0 && first < frame ? { hash, x, z, right, ahead, frame: first, place } : null;
}

/** The highest number of a place that one of them was taken in; 0 without any. */
export const lastPlace = ({ taken }: KnownPictures): number =>
  taken.reduce((last, value, i) => (i % TAKEN_COLUMNS === PLACE_COLUMN ? Math.max(last, value) : last), 0);

/** Pictures with further ones; the latest are kept. Those that are known stay where they were taken first. */
export function addPictures(known: KnownPictures, further: readonly TakenPicture[]): KnownPictures {
  const added = further.filter(
    ({ hash }, index) =>
      !known.hashes.includes(hash) && further.findIndex((other) => other.hash === hash) === index,
  );
  if (added.length === 0) return known;
  const dropped = Math.max(0, known.hashes.length + added.length - PICTURES.max);
  const kept = known.hashes.length - dropped;
  const hashes = new Int32Array(kept + added.length);
  const taken = new Float32Array(TAKEN_COLUMNS * hashes.length);
  hashes.set(known.hashes.subarray(dropped));
  taken.set(known.taken.subarray(TAKEN_COLUMNS * dropped));
  added.forEach(({ hash, x, z, right, ahead, frame, place }, index) => {
    hashes[kept + index] = hash;
    taken.set([x, z, right, ahead, frame, place], TAKEN_COLUMNS * (kept + index));
  });
  return { hashes, taken };
}

/** Pictures after two places turned out to be one. */
export function joinPictures(
  { hashes, taken }: KnownPictures,
  { older, younger, transform }: Join,
): KnownPictures {
  const moved = taken.slice();
  for (let row = 0; row < moved.length; row += TAKEN_COLUMNS) {
    const [x = NaN, z = NaN, right = NaN, ahead = NaN, frame = NaN, place] = moved.subarray(row);
    if (place !== younger) continue;
    const camera = apply(transform, { x, z });
    const direction = apply({ ...transform, x: 0, z: 0 }, { x: right, z: ahead });
    moved.set([camera.x, camera.z, direction.x, direction.z, frame, older], row);
  }
  return { hashes, taken: moved };
}
