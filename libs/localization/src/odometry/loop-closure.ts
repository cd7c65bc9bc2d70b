import { ERROR_PX } from './follow.js';
import type { Pinhole } from './keypoints.js';
import { mutualNearest } from './matching.js';
import { seededBy } from './random.js';
import { relate } from './relations.js';
import { keypointsOf, withPoints, type RememberedView } from './remembered-views.js';
import { resect } from './resection.js';
import { project, viewError, type Pose } from './triangulation.js';
import {
  apply,
  length,
  minus,
  multiply,
  orthonormal,
  plus,
  times,
  transpose,
  type Mat3,
  type Vec3,
} from './vectors.js';

/** x ↦ scale · rotation · x + shift, in the memory's world. */
export interface Similarity {
  scale: number;
  rotation: Mat3;
  shift: Vec3;
}

/** A place that is known again. */
export interface Closure {
  /** The pictures that show it, by their numbers in the clip. */
  earlier: number;
  picture: number;
  /** From where that picture was taken to be to where it is by the earlier one. */
  correction: Similarity;
  /** Points of each that the other one sees where they should be. */
  inliers: number;
}

/** Pictures that are less apart are held together by what is between them. */
const LEAST_APART = 90;
/** So many points, and such a share of those that look alike, lie where they should in both pictures. */
const LEAST_INLIERS = 25;
const LEAST_SHARE = 0.4;
/** Times a keypoint's usual error within which a point does. */
const WITHIN = 4;
/** More than lengths and turns drift by: the cosine of 45° as the trace of a rotation, of 15° to level. */
const MOST_SCALE = 1.6;
const LEAST_TRACE = 2.414;
const LEAST_LEVEL = 0.966;
/** Nor does a place drift by more than so many metres, and such a share of the way since. */
const MOST_DRIFT_M = 0.5;
const MOST_DRIFT = 0.2;

/** A point of each of two views, which look alike, and where each view sees its own. */
interface Matched {
  old: Vec3;
  own: Vec3;
  seenOld: { u: number; v: number };
  seenOwn: { u: number; v: number };
}

/** How surely a place is known again that two pictures may show; null where it is not. */
function closureOf(earlier: RememberedView, view: RememberedView, error: number): Closure | null {
  const [before, now] = [keypointsOf(earlier), keypointsOf(view)];
  const pairs = mutualNearest(before, now);
  if (pairs.length < 2 * LEAST_INLIERS) return null;
  const relation = relate([before, now], [0, 1], { fx: 1, fy: 1, cx: 0, cy: 0 }, error, pairs);
  if (relation === null) return null;
  const matched = matchedBy(pairs, earlier, view);
  const found = resect(
    {
      points: matched.map(({ old }) => old),
      seen: Float64Array.from(matched.flatMap(({ seenOwn }) => [seenOwn.u, seenOwn.v])),
    },
    [multiply(earlier.pose.rotation, relation.rotation)],
    error,
    seededBy(pairs),
  );
  if (found === null || found.inliers.length < LEAST_INLIERS) return null;
  const agreeing = Array.from(found.inliers).flatMap((index) => matched[index] ?? []);
  const correction = correctionBy(agreeing, view.pose, found.pose);
  const inliers = seenByBoth(matched, [earlier.pose, found.pose], correction, error);
  const isLikely = inliers >= LEAST_INLIERS && inliers >= LEAST_SHARE * matched.length;
  return isLikely && isDrift(correction)
    ? { earlier: earlier.picture, picture: view.picture, correction, inliers }
    : null;
}

const matchedBy = (pairs: ArrayLike<number>, earlier: RememberedView, view: RememberedView): Matched[] =>
  Array.from({ length: pairs.length / 2 }, (_, m) => {
    const [old = 0, own = 0] = [pairs[2 * m], pairs[2 * m + 1]];
    return {
      ...{ old: pointOf(earlier.points, old), own: pointOf(view.points, own) },
      ...{ seenOld: seenAs(earlier, old), seenOwn: seenAs(view, own) },
    };
  });

/** What carries a pose to where it is found; lengths by how far the points are from each. */
function correctionBy(matched: readonly Matched[], from: Pose, to: Pose): Similarity {
  const ratios = matched
    .map(({ old, own }) => project(to, old).depth / project(from, own).depth)
    .sort((a, b) => a - b);
  const scale = ratios[ratios.length >> 1] ?? NaN;
  const rotation = orthonormal(multiply(to.rotation, transpose(from.rotation)));
  return { scale, rotation, shift: minus(to.position, times(scale, apply(rotation, from.position))) };
}

/** How many points each of two pictures sees where it sees its own. */
function seenByBoth(
  matched: readonly Matched[],
  [earlier, found]: readonly [Pose, Pose],
  correction: Similarity,
  error: number,
): number {
  const within = (WITHIN * error) ** 2;
  return matched.filter(
    ({ old, own, seenOld, seenOwn }) =>
      viewError({ pose: found, ...seenOwn }, old) < within &&
      viewError({ pose: earlier, ...seenOld }, moved(own, correction)) < within,
  ).length;
}

const isDrift = ({ scale, rotation }: Similarity): boolean =>
  Math.max(scale, 1 / scale) < MOST_SCALE &&
  rotation[0] + rotation[4] + rotation[8] > LEAST_TRACE &&
  rotation[4] > LEAST_LEVEL;

const pointOf = (points: Float32Array, index: number): Vec3 => [
  points[3 * index] ?? NaN,
  points[3 * index + 1] ?? NaN,
  points[3 * index + 2] ?? NaN,
];

const seenAs = ({ seen }: RememberedView, index: number): { u: number; v: number } => ({
  u: seen[2 * index] ?? NaN,
  v: seen[2 * index + 1] ?? NaN,
});

/** Points of a remembered and of a new view by which it is guessed whether they show the same. */
const GUESSED_BY = [48, 192] as const;
/** So many pairs of views that are likeliest to show the same are looked at closely. */
const CANDIDATES = 8;

/** The surest place of a chunk that is known again; null where none is. */
export function closureIn(
  remembered: readonly RememberedView[],
  views: readonly RememberedView[],
  lens: Pinhole,
): Closure | null {
  const heads = remembered.map((view) => keypointsOf(withPoints(view, GUESSED_BY[0])));
  const ways = waysTo(remembered);
  const wayTo = (view: RememberedView): number => {
    const last = remembered.at(-1);
    return last === undefined ? 0 : (ways.at(-1) ?? 0) + apartBy(last, view);
  };
  const pairs = views.flatMap((view) => {
    const head = keypointsOf(withPoints(view, GUESSED_BY[1]));
    return remembered.flatMap((earlier, index) => {
      const own = heads[index];
      return own === undefined || view.picture - earlier.picture < LEAST_APART
        ? []
        : [{ view, earlier, way: wayTo(view) - (ways[index] ?? 0), alike: mutualNearest(own, head).length }];
    });
  });
  return pairs
    .sort((one, other) => other.alike - one.alike)
    .slice(0, CANDIDATES)
    .reduce<Closure | null>((best, { earlier, view, way }) => {
      const found = closureOf(earlier, view, ERROR_PX / lens.fx);
      if (found === null || found.inliers <= (best?.inliers ?? 0)) return best;
      const { position } = view.pose;
      const drift = length(minus(moved(position, found.correction), position));
      return drift <= MOST_DRIFT_M + MOST_DRIFT * way ? found : best;
    }, null);
}

const apartBy = (one: RememberedView, other: RememberedView): number =>
  length(minus(one.pose.position, other.pose.position));

/** How long the way is to each view, from the first one. */
function waysTo(views: readonly RememberedView[]): number[] {
  let way = 0;
  return views.map((view, index) => (way += apartBy(view, views[index - 1] ?? view)));
}

/** A point through a similarity. */
export const moved = (point: Vec3, { scale, rotation, shift }: Similarity): Vec3 =>
  plus(shift, times(scale, apply(rotation, point)));

/** A point that takes a share of a correction. */
export const movedPartly = (point: Vec3, by: Similarity, share: number): Vec3 =>
  plus(times(1 - share, point), times(share, moved(point, by)));

/** A pose that does. */
export function turnedPartly({ rotation, position }: Pose, by: Similarity, share: number): Pose {
  const whole = multiply(by.rotation, rotation);
  const mixed = rotation.map((value, cell) => (1 - share) * value + share * (whole[cell] ?? NaN));
  return {
    rotation: orthonormal(mixed as unknown as Mat3),
    position: movedPartly(position, by, share),
  };
}

/** Views between the two that know each other take their share of the correction, the later the more. */
export const correctedViews = (
  remembered: readonly RememberedView[],
  { earlier, picture, correction }: Closure,
): RememberedView[] =>
  remembered.map((view) => {
    const share = (view.picture - earlier) / (picture - earlier);
    if (share <= 0) return view;
    return {
      ...view,
      pose: turnedPartly(view.pose, correction, share),
      points: Float32Array.from(
        Array.from({ length: view.points.length / 3 }, (_, index) =>
          movedPartly(pointOf(view.points, index), correction, share),
        ).flat(),
      ),
    };
  });
