import type { SeenIn } from './follow.js';
import { onPlane, type Keypoints, type Pinhole } from './keypoints.js';
import type { RelatedPictures } from './relations.js';
import type { Pose } from './triangulation.js';
import type { Vec3 } from './vectors.js';

/** Every so many pictures of a chunk one is remembered: about a second apart. */
const EVERY = 8;
/** Views that a memory keeps; of more, every other one goes. */
const MOST_VIEWS = 96;
/** Points that one keeps: those that most pictures see. */
const MOST_POINTS = 192;

/** What is kept of a picture, to know its place again. */
export interface RememberedView {
  /** Its number in the clip. */
  picture: number;
  /** Of its camera in the memory's world, in metres. */
  pose: Pose;
  /** [P, 3] in that world, those first that most pictures see */
  points: Float32Array;
  /** [P, 2] on the plane one metre before the camera */
  seen: Float32Array;
  /** [P, D] descriptors, as looksOf has them */
  looks: Uint8Array;
}

/** Whether a chunk's picture is remembered, by its number in the chunk. */
export const isRemembered = (picture: number): boolean => picture % EVERY === EVERY - 1;

/** Descriptors of length 1 as bytes: 127ths, from 1 on. */
export const looksOf = ({ descriptors }: Pick<Keypoints, 'descriptors'>): Uint8Array =>
  Uint8Array.from(descriptors, (value) => Math.round(127 * value) + 128);

/** A view as keypoints on the plane one metre before it. */
export const keypointsOf = ({ seen, looks }: Pick<RememberedView, 'seen' | 'looks'>): Keypoints => ({
  positions: seen,
  descriptors: Float32Array.from(looks, (look) => (look - 128) / 127),
});

/** Points that pictures of a chunk see, with their places in the memory's world. */
interface PlacedPoints {
  points: readonly Vec3[];
  views: readonly (readonly SeenIn[])[];
}

/**
 * What is kept of a chunk's pictures.
 * @param poses by picture
 * @param first the number in the clip of the chunk's first picture
 * @param overlap pictures that the chunk before has too, and kept
 */
export function viewsOf(
  { frames }: Pick<RelatedPictures, 'frames'>,
  poses: readonly Pose[],
  { points, views }: PlacedPoints,
  { lens, first, overlap }: { lens: Pinhole; first: number; overlap: number },
): RememberedView[] {
  return frames.flatMap((frame, picture): RememberedView[] => {
    const [{ looks }, pose] = [frame, poses[picture]];
    if (looks === undefined || pose === undefined || (first > 0 && picture < overlap)) return [];
    const width = (2 * looks.length) / frame.positions.length;
    const plane = onPlane(frame, lens);
    const kept = views
      .flatMap((seenBy, point) => {
        const own = seenBy.find((each) => each.frame === picture);
        return own === undefined ? [] : [{ point, keypoint: own.keypoint, count: seenBy.length }];
      })
      .sort((one, other) => other.count - one.count || one.keypoint - other.keypoint);
    return [
      {
        ...{ picture: first + picture, pose },
        points: Float32Array.from(kept.flatMap(({ point }) => points[point] ?? [NaN, NaN, NaN])),
        seen: Float32Array.from(
          kept.flatMap(({ keypoint }) => [plane[2 * keypoint] ?? NaN, plane[2 * keypoint + 1] ?? NaN]),
        ),
        looks: Uint8Array.from(
          kept.flatMap(({ keypoint }) => [...looks.subarray(width * keypoint, width * (keypoint + 1))]),
        ),
      },
    ];
  });
}

/** A view with its first points alone. */
export function withPoints(view: RememberedView, most: number): RememberedView {
  const { points, seen, looks } = view;
  const count = points.length / 3;
  return {
    ...view,
    points: points.subarray(0, 3 * most),
    seen: seen.subarray(0, 2 * most),
    looks: looks.subarray(0, Math.min(most, count) * (looks.length / Math.max(1, count))),
  };
}

/** What a memory keeps of views: at most so many, of all its time, and so many points of each. */
export function thinned(views: readonly RememberedView[]): RememberedView[] {
  if (views.length > MOST_VIEWS) return thinned(views.filter((_, index) => index % 2 === 0));
  return views.map((view) => withPoints(view, MOST_POINTS));
}
