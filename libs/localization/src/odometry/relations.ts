import { onPlane, type Keypoints, type Pinhole } from './keypoints.js';
import type { Matches } from './matching.js';
import { seededBy } from './random.js';
import type { Link } from './tracks.js';
import { twoView } from './two-view.js';
import type { Pose } from './triangulation.js';
import { apply, applyTransposed, multiply, times, transpose, type Mat3, type Vec3 } from './vectors.js';

/** Fewer matches that agree are none. */
export const LEAST_INLIERS = 15;

/** The share of the matches that must agree: fewer do so by chance. */
const LEAST_SHARE = 0.3;

/** How one frame's camera stands as another frame's sees it. */
export interface Relation {
  from: number;
  to: number;
  /** From the axes of `to` into those of `from`. */
  rotation: Mat3;
  /** Where `to` lies, of length 1 in the axes of `from`. */
  direction: Vec3;
  /** [M, 2] keypoints of both that agree. */
  matches: Matches;
  parallax: number;
  /** The camera only turned, as far as keypoints can tell: the direction says nothing. */
  isTurn: boolean;
}

/** A picture's keypoints. */
export interface SeenPicture extends Pick<Keypoints, 'positions'> {
  /** What they look like (looksOf), of those by which a place is known again. */
  looks?: Uint8Array | undefined;
}

/** What following a chunk needs of its pictures. */
export interface RelatedPictures {
  frames: SeenPicture[];
  relations: Relation[];
}

/** The same before a lens is known: which keypoints of two pictures are each other's most alike. */
export interface MatchedPictures {
  frames: SeenPicture[];
  matched: Link[];
}

/** Times a keypoint's usual error by which things move at least where the camera did more than turn. */
const MOVED = 2;

/**
 * How two frames' cameras stand to each other; null where too few matches agree.
 * @param error usual error of a keypoint in pixels
 * @param pairs keypoints of both that are each other's most alike
 */
export function relate(
  [a, b]: readonly [Pick<Keypoints, 'positions'>, Pick<Keypoints, 'positions'>],
  [from, to]: readonly [number, number],
  lens: Pinhole,
  error: number,
  pairs: Matches,
): Relation | null {
  const [planeA, planeB] = [onPlane(a, lens), onPlane(b, lens)];
  const chosen = (plane: Float64Array, side: 0 | 1): Float64Array => {
    const points = new Float64Array(pairs.length);
    for (let m = 0; m < pairs.length; m += 2) {
      const keypoint = pairs[m + side] ?? 0;
      points[m] = plane[2 * keypoint] ?? NaN;
      points[m + 1] = plane[2 * keypoint + 1] ?? NaN;
    }
    return points;
  };
  const onOne = error / lens.fx;
  const found = twoView(
    { a: chosen(planeA, 0), b: chosen(planeB, 1) },
    onOne,
    seededBy(pairs),
    LEAST_INLIERS,
  );
  if (found === null || found.inliers.length < LEAST_SHARE * (pairs.length / 2)) return null;
  const { rotation, direction, parallax, inliers } = found;
  return {
    ...{ from, to, rotation, direction, parallax },
    matches: Int32Array.from(Array.from(inliers).flatMap((m) => [pairs[2 * m] ?? 0, pairs[2 * m + 1] ?? 0])),
    isTurn: parallax < MOVED * onOne,
  };
}

/** Radians of parallax beyond which more of it tells depth no better. */
const ENOUGH = 0.06;

/** Many matches that are far enough apart to tell depth. */
export const worth = ({ matches, parallax, isTurn }: Relation): number =>
  isTurn ? 0 : (matches.length / 2) * Math.min(parallax, ENOUGH);

/** What a relation says of a frame, from one that has a place. */
export interface Neighbour {
  from: Pose;
  /** Of the frame, into the world. */
  rotation: Mat3;
  /** Where it lies from there, of length 1. */
  towards: Vec3;
  isTurn: boolean;
  /** Frames between them. */
  apart: number;
  matches: number;
}

/** What the relations with placed frames say of a frame, those of most matches first. */
export const neighboursOf = (
  frame: number,
  relations: readonly Relation[],
  poses: readonly (Pose | null)[],
): Neighbour[] =>
  relations
    .flatMap((relation) => {
      const other = relation.from === frame ? relation.to : relation.to === frame ? relation.from : -1;
      const from = poses[other];
      if (from === null || from === undefined) return [];
      const isForth = relation.to === frame;
      const turn = isForth ? relation.rotation : transpose(relation.rotation);
      // seen from the second camera, the first one lies the other way
      const way = isForth
        ? relation.direction
        : times(-1, applyTransposed(relation.rotation, relation.direction));
      return {
        from,
        rotation: multiply(from.rotation, turn),
        towards: apply(from.rotation, way),
        isTurn: relation.isTurn,
        apart: Math.abs(frame - other),
        matches: relation.matches.length / 2,
      };
    })
    .sort((one, other) => other.matches - one.matches);
