import { onPlane, type Keypoints, type Pinhole } from './keypoints.js';
import { Reconstruction, type Placed } from './reconstruction.js';
import { relate, type Relation } from './relations.js';
import { joinTracks, type Link } from './tracks.js';
import type { Pose } from './triangulation.js';

/** How far apart frames are that are compared with each other. */
const APART = [1, 2, 4, 7];

/** Usual error of a keypoint, in pixels of its picture. */
const ERROR_PX = 1.5;

/** So many frames before those that two chunks share hold the next one to its scale and place. */
const HELD = 12;

/** How frames stand to each other, as their keypoints tell: the pairs that are compared, the nearer first. */
export function relateAll(
  frames: readonly Keypoints[],
  lens: Pinhole,
  isApart: readonly number[] = APART,
): Relation[] {
  return isApart.flatMap((apart) =>
    frames.flatMap((frame, from) => {
      const other = frames[from + apart];
      return other === undefined ? [] : (relate([frame, other], [from, from + apart], lens, ERROR_PX) ?? []);
    }),
  );
}

/** What a chunk leaves of its last frames. */
export interface FollowedFrames {
  /** By frame, its keypoints on the plane one metre before it: [K, 2]. */
  seen: Float64Array[];
  poses: Pose[];
  links: Link[];
  /** How far the camera usually goes from a frame to the next; null where it has not moved. */
  step: number | null;
}

/** Where the cameras of a chunk stood. */
export interface FollowedChunk {
  /** By frame, in the world of the first chunk's first camera, in a unit of its own. */
  poses: Pose[];
  how: Placed[];
  handover: FollowedFrames;
}

const NOTHING: FollowedFrames = { seen: [], poses: [], links: [], step: null };

/**
 * Where the cameras of a chunk stood. What the chunk before has left holds it to that chunk's scale and
 * place; its last frames are this chunk's first ones. A pure function: the same bits give the same bits.
 * @param relations of the chunk's frames
 * @param overlap how many frames are shared with the chunk before
 */
export function followChunk(
  before: FollowedFrames | null,
  frames: readonly Keypoints[],
  relations: readonly Relation[],
  { lens, overlap }: { lens: Pinhole; overlap: number },
): FollowedChunk {
  const { seen, poses, links, step } = before ?? NOTHING;
  const earlier = before === null ? 0 : seen.length - overlap;
  const own = relations.map((each) => ({ ...each, from: each.from + earlier, to: each.to + earlier }));
  const all = [...seen.slice(0, earlier), ...frames.map((frame) => onPlane(frame, lens))];
  const found = new Reconstruction(
    all,
    joinTracks(
      all.map((plane) => plane.length / 2),
      [...links, ...own],
    ),
    own,
    poses,
    earlier,
    ERROR_PX / lens.fx,
    step,
  );
  found.grow();
  const first = Math.max(0, all.length - overlap - HELD);
  return {
    poses: found.placed().slice(earlier),
    how: found.how.slice(earlier).map((how) => how ?? 'chained'),
    handover: {
      seen: all.slice(first),
      poses: found.placed().slice(first),
      step: found.usualStep(),
      links: [...links, ...own].flatMap(({ from, to, matches }) =>
        from < first || to < first ? [] : { from: from - first, to: to - first, matches },
      ),
    },
  };
}

/** Where the cameras of a clip stood, as FollowedChunk has it. */
export type FollowedClip = Pick<FollowedChunk, 'poses' | 'how'>;

/** As followChunk, of a whole clip, chunk by chunk. */
export function followClip(
  frames: readonly Keypoints[],
  { lens, size, overlap }: { lens: Pinhole; size: number; overlap: number },
): FollowedClip {
  const poses: Pose[] = [];
  const how: Placed[] = [];
  let before: FollowedFrames | null = null;
  for (let start = 0; poses.length < frames.length; start += size - overlap) {
    const chunk = frames.slice(start, start + size);
    const found: FollowedChunk = followChunk(before, chunk, relateAll(chunk, lens), { lens, overlap });
    const fresh = before === null ? 0 : overlap;
    poses.push(...found.poses.slice(fresh));
    how.push(...found.how.slice(fresh));
    before = found.handover;
  }
  return { poses, how };
}
