import { rows } from '@loci/tensors';
import { applySim3ToPoses, type Sim3 } from './geometry/sim3.js';
import { viewOf } from './keyframes.js';
import type { TakenPicture } from './known-pictures.js';

/** Frames by their index in the video, with their cameras and pictures. */
export interface PosedFrames {
  /** [P] */
  readonly frames: Int32Array;
  /** [P, 4, 4] */
  readonly cameraToWorld: Float32Array;
  /** [P] what their pictures are known again by */
  readonly hashes: Int32Array;
}

export const NO_FRAMES: PosedFrames = {
  frames: new Int32Array(0),
  cameraToWorld: new Float32Array(0),
  hashes: new Int32Array(0),
};

/**
 * Some frames of a chunk.
 * @param chosen which
 * @param hashes [F] what the pictures of the chunk are known again by
 * @param cameraToWorld [F, 4, 4]
 * @param firstFrame index in the video of the chunk's first frame
 */
export function posedFrames(
  chosen: readonly number[],
  hashes: Int32Array,
  cameraToWorld: Float32Array,
  firstFrame: number,
): PosedFrames {
  const poses = new Float32Array(16 * chosen.length);
  chosen.forEach((frame, row) => poses.set(rows(cameraToWorld, 16, frame, frame + 1), 16 * row));
  return {
    frames: Int32Array.from(chosen, (frame) => firstFrame + frame),
    cameraToWorld: poses,
    hashes: Int32Array.from(chosen, (frame) => hashes[frame] ?? 0),
  };
}

export const movePoses = (posed: PosedFrames, transform: Sim3): PosedFrames => ({
  ...posed,
  cameraToWorld: applySim3ToPoses(transform, posed.cameraToWorld),
});

export const joinPosed = (a: PosedFrames, b: PosedFrames): PosedFrames => ({
  frames: Int32Array.from([...a.frames, ...b.frames]),
  cameraToWorld: Float32Array.from([...a.cameraToWorld, ...b.cameraToWorld]),
  hashes: Int32Array.from([...a.hashes, ...b.hashes]),
});

/** The pictures of frames of which the place is known. */
export const takenIn = (
  { frames, cameraToWorld, hashes }: PosedFrames,
  placeOf: (frame: number) => number | null,
): TakenPicture[] =>
  Array.from(frames).flatMap((frame, row) => {
    const place = placeOf(frame);
    const { x, z, right, ahead } = viewOf(cameraToWorld, row, 0);
    return place === null ? [] : [{ hash: hashes[row] ?? 0, x, z, right, ahead, frame, place }];
  });
