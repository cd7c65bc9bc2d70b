import { onPlane, type Keypoints, type Pinhole } from './keypoints.js';
import { mutualNearest, type Matches } from './matching.js';
import { Reconstruction, type Placed } from './reconstruction.js';
import { relate, type Relation } from './relations.js';
import { joinTracks, type Link } from './tracks.js';
import type { Pose } from './triangulation.js';
import type { Vec3 } from './vectors.js';

/** How far apart frames are that are compared with each other. */
export const COMPARED_APART = [1, 2, 4, 7];

/** Usual error of a keypoint, in pixels of its picture. */
export const ERROR_PX = 1.5;

/** So many frames before those that two chunks share hold the next one to its scale and place. */
const HELD = 12;

/**
 * What a frame and those before it that it is compared with have in common.
 * @param matches with each of these, the nearest first, where they are known
 */
export const matchWithEarlier = (
  frames: readonly Keypoints[],
  to: number,
  matches: readonly Matches[] = [],
): Link[] =>
  COMPARED_APART.flatMap((apart, index) => {
    const [earlier, frame] = [frames[to - apart], frames[to]];
    if (earlier === undefined || frame === undefined) return [];
    return { from: to - apart, to, matches: matches[index] ?? mutualNearest(earlier, frame) };
  });

/** How two frames stand to each other that have something in common, if they do. */
export function relationOf(
  { from, to, matches }: Link,
  frames: readonly Pick<Keypoints, 'positions'>[],
  lens: Pinhole,
): Relation[] {
  const [earlier, frame] = [frames[from], frames[to]];
  if (earlier === undefined || frame === undefined) return [];
  const relation = relate([earlier, frame], [from, to], lens, ERROR_PX, matches);
  return relation === null ? [] : [relation];
}

/** Relations of frames that are near to each other come first: they are surer. */
export const nearestFirst = (relations: readonly Relation[]): Relation[] =>
  relations.toSorted((one, other) => one.to - one.from - (other.to - other.from) || one.from - other.from);

/** What a chunk leaves of its last frames. */
export interface FollowedFrames {
  /** By frame, its keypoints. */
  frames: Pick<Keypoints, 'positions'>[];
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
  /** What the cameras have seen, in that world. */
  points: Vec3[];
  /** By point, the frames that see it, and as which of their keypoints. */
  views: SeenIn[][];
  handover: FollowedFrames;
}

/** A frame that sees a point, by its place in the chunk, and as which keypoint. */
export interface SeenIn {
  frame: number;
  keypoint: number;
}

const NOTHING: FollowedFrames = { frames: [], poses: [], links: [], step: null };

/** What a chunk is followed by. */
export interface ChunkOptions {
  lens: Pinhole;
  /** How many frames are shared with the chunk before. */
  overlap: number;
}

/**
 * Where the cameras of a chunk stood. What the chunk before has left holds it to that chunk's scale and
 * place; its last frames are this chunk's first ones. A pure function: the same bits give the same bits. It
 * pauses after each frame, for a caller that has other things to do.
 * @param relations of the chunk's frames
 */
export function* followingChunk(
  before: FollowedFrames | null,
  frames: readonly Pick<Keypoints, 'positions'>[],
  relations: readonly Relation[],
  { lens, overlap }: ChunkOptions,
): Generator<undefined, FollowedChunk> {
  const { frames: held, poses, links, step } = before ?? NOTHING;
  const earlier = before === null ? 0 : held.length - overlap;
  const own = nearestFirst(relations).map((each) => ({
    ...each,
    from: each.from + earlier,
    to: each.to + earlier,
  }));
  const known = [...held.slice(0, earlier), ...frames];
  const all = known.map((frame) => onPlane(frame, lens));
  const found = new Reconstruction(
    all,
    joinTracks(
      all.map((plane) => plane.length / 2),
      [...links, ...own],
    ),
    own,
    poses,
    (frame) => frame < earlier,
    ERROR_PX / lens.fx,
    step,
  );
  yield* found.growing();
  const first = Math.max(0, all.length - overlap - HELD);
  return {
    poses: found.placed().slice(earlier),
    how: found.how.slice(earlier).map((how) => how ?? 'chained'),
    points: found.points.flatMap((point) => (point === null ? [] : [point])),
    views: found.views.flatMap((views, track) => {
      if (found.points[track] === null) return [];
      const own = views.filter(({ frame }) => frame >= earlier);
      return [own.map(({ frame, keypoint }) => ({ frame: frame - earlier, keypoint }))];
    }),
    handover: {
      frames: known.slice(first).map(({ positions }) => ({ positions })),
      poses: found.placed().slice(first),
      step: found.usualStep(),
      links: [...links, ...own].flatMap(({ from, to, matches }) =>
        from < first || to < first ? [] : { from: from - first, to: to - first, matches },
      ),
    },
  };
}
