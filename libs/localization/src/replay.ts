import { rows } from '@loci/tensors';
import {
  apply,
  distance,
  fitRigidTransform2D,
  type Correspondence,
  type FloorPoint,
  type RigidTransform2D,
} from './geometry/rigid-transform-2d.js';
import { applySim3ToPoses, type Sim3 } from './geometry/sim3.js';
import { viewOf } from './keyframes.js';
import { pictureBefore, type CameraView, type KnownPictures, type TakenPicture } from './known-pictures.js';
import { median } from './median.js';
import { REPLAY } from './parameters.js';
import type { PerceivedChunk } from './perceived-chunk.js';
import type { Segment } from './segments.js';

/** Pictures of a segment that were seen before: the video is played again. */
export interface Replay {
  /** The place that they were taken in. */
  readonly place: number;
  /** How the segment moves from where it is guessed to be to where they were taken. */
  readonly transform: RigidTransform2D;
  /** The frames of the chunk that show what was seen before, and so teach nothing. */
  readonly frames: ReadonlySet<number>;
}

/** [F] for each frame of a chunk the same picture of an earlier frame; null where there was none. */
export type SeenBefore = readonly (TakenPicture | null)[];

/** Which pictures of a chunk were seen before; still ones show no more than those before them. */
export function seenBefore(
  hashes: Int32Array,
  { still }: Pick<PerceivedChunk, 'still'>,
  firstFrame: number,
  known: KnownPictures,
): SeenBefore {
  return Array.from(hashes, (hash, frame) =>
    still[frame] === 1 ? null : pictureBefore(firstFrame + frame, hash, known),
  );
}

/**
 * The frames of a chunk before which the picture jumps to what was seen before, or from one such place of the
 * video to another. It goes on there for REPLAY.minPictures, or it may be chance.
 */
export function replayStarts(seen: SeenBefore): number[] {
  const runs = seen.map((picture, frame) => (picture === null ? NaN : picture.frame - frame));
  const known = [...runs.keys()].filter((frame) => !Number.isNaN(runs[frame]));
  return known.filter((frame, index) => {
    const jumps = frame > 0 && runs[known[index - 1] ?? -1] !== runs[frame];
    const following = known.slice(index, index + REPLAY.minPictures);
    return (
      jumps && following.length === REPLAY.minPictures && following.every((at) => runs[at] === runs[frame])
    );
  });
}

/**
 * What a segment plays again; null where too few different pictures are known, or where they were not taken
 * from places that lie so to each other: pictures of blank walls may be the same by chance.
 * @param guess where the segment is guessed to be
 */
export function findReplay(
  { cameraToChunk }: PerceivedChunk,
  { first, end }: Segment,
  seen: SeenBefore,
  guess: Sim3,
): Replay | null {
  const found = seen
    .map((picture, frame) => ({ picture, frame }))
    .slice(first, end)
    .filter((frame): frame is { picture: TakenPicture; frame: number } => frame.picture !== null);
  if (new Set(found.map(({ picture }) => picture.hash)).size < REPLAY.minPictures) return null;
  const place = found.at(-1)?.picture.place ?? 0;
  const poses = applySim3ToPoses(guess, rows(cameraToChunk, 16, first, end));
  const correspondences = found
    .filter(({ picture }) => picture.place === place)
    .flatMap(({ frame, picture }) => pointsOf(viewOf(poses, frame - first, 0), picture));
  const transform = fitRigidTransform2D(correspondences);
  const apart = Float32Array.from(correspondences, ({ from, to }) => distance(apply(transform, from), to));
  if (!(median(apart) < REPLAY.within)) return null;
  return { place, transform, frames: new Set(found.map(({ frame }) => frame)) };
}

/** The camera, and a point that it looks at. */
const pointsOf = (here: CameraView, before: CameraView): Correspondence[] => [
  { from: here, to: before, weight: 1 },
  { from: lookedAt(here), to: lookedAt(before), weight: 1 },
];

const lookedAt = ({ x, z, right, ahead }: CameraView): FloorPoint => ({
  x: x + REPLAY.ahead * right,
  z: z + REPLAY.ahead * ahead,
});
