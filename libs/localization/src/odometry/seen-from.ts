import { ERROR_PX, nearestFirst } from './follow.js';
import { onPlane, type Pinhole } from './keypoints.js';
import type { SeenPoint } from './path.js';
import { Reconstruction } from './reconstruction.js';
import type { RelatedPictures } from './relations.js';
import { joinTracks } from './tracks.js';
import type { Pose } from './triangulation.js';

/**
 * What the pictures of a chunk show, where it is known how some of their cameras stood: these stay, the
 * others find their places among them. A pure function; pauses as followingChunk does.
 * @param poses [F, 4, 4] camera-to-world of the frames, which are every so many of the pictures
 */
export function* seeingFrom(
  poses: Float32Array,
  { frames, relations }: RelatedPictures,
  { lens, every }: { lens: Pinhole; every: number },
): Generator<undefined, SeenPoint[]> {
  const seen = frames.map((frame) => onPlane(frame, lens));
  const nearest = nearestFirst(relations);
  const isGiven = (picture: number): boolean => picture % every === 0;
  const found = new Reconstruction(
    seen,
    joinTracks(
      seen.map((plane) => plane.length / 2),
      nearest,
    ),
    nearest,
    frames.map((_, picture) => (isGiven(picture) ? poseIn(poses, picture / every) : null)),
    isGiven,
    ERROR_PX / lens.fx,
  );
  yield* found.growing();
  return found.points.flatMap((place, track) =>
    place === null
      ? []
      : [{ place, views: (found.views[track] ?? []).map(({ frame, keypoint }) => ({ frame, keypoint })) }],
  );
}

function poseIn(poses: Float32Array, frame: number): Pose {
  const at = (cell: number): number => poses[16 * frame + cell] ?? NaN;
  return {
    rotation: [at(0), at(1), at(2), at(4), at(5), at(6), at(8), at(9), at(10)],
    position: [at(3), at(7), at(11)],
  };
}
