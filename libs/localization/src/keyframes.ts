import { distance, type FloorPoint } from './geometry/rigid-transform-2d.js';
import { KEYFRAMES } from './parameters.js';

/**
 * From where, which way and when a camera looked. Its numbers are float32, as the encoded state keeps them. Where it
 * only revisited what an earlier keyframe had shown, `takenS` is that keyframe's time.
 */
export interface KeyframeView extends FloorPoint {
  /** The level part of the viewing direction. */
  readonly right: number;
  readonly ahead: number;
  /** Seconds at which the camera looked, and at which the frame was taken that shows this. */
  readonly timeS: number;
  readonly takenS: number;
}

/** Frames, which of them show something new, and the views that are known after them. */
export interface KeyframeSelection {
  /** [F] */
  keyframes: boolean[];
  views: KeyframeView[];
}

/**
 * Which frames, one after another, show what no view has shown before: memory takes those alone, so that what is seen
 * again leaves it as it was.
 * @param views what was seen before, the earliest first; none at the beginning of a video
 * @param poses camera-to-world [F, 4, 4], row-major
 * @param times [F] seconds of the video, ascending
 */
export const selectKeyframes = (
  views: readonly KeyframeView[],
  poses: Float32Array,
  times: ArrayLike<number>,
): KeyframeSelection =>
  selectViews(
    views,
    Array.from(times, (timeS, frame) => viewOf(poses, frame, timeS)),
  );

/** The view of frame `frame` of poses [F, 4, 4]. */
export function viewOf(poses: Float32Array, frame: number, timeS: number): KeyframeView {
  const pose = poses.subarray(16 * frame, 16 * frame + 16);
  const time = Math.fround(timeS);
  return {
    x: pose[3] ?? NaN,
    z: pose[11] ?? NaN,
    right: pose[2] ?? NaN,
    ahead: pose[10] ?? NaN,
    timeS: time,
    takenS: time,
  };
}

/**
 * As selectKeyframes, of views. A revisit becomes a view too, of a smaller reach, since what comes by once more comes by
 * a little beside. What revisits a revisit becomes none, so that reach does not creep along a wall.
 */
export function selectViews(
  views: readonly KeyframeView[],
  frames: readonly KeyframeView[],
): KeyframeSelection {
  const known = [...views];
  const keyframes = frames.map((frame) => {
    const seenBefore = known.filter((view) => showsTheSame(view, frame));
    if (!seenBefore.some(isRevisit))
      known.push({ ...frame, takenS: seenBefore.at(-1)?.takenS ?? frame.takenS });
    return seenBefore.length === 0;
  });
  const latest = known.at(-1)?.timeS ?? NaN;
  const remembered = known.filter(({ takenS }) => latest - takenS < KEYFRAMES.forgetSeconds);
  return { keyframes, views: remembered.slice(-KEYFRAMES.maxViews) };
}

const isRevisit = ({ takenS, timeS }: KeyframeView): boolean => takenS < timeS;

/** Of another visit, not forgotten, near and turned alike. A camera that looks straight up or down is never the same. */
function showsTheSame(view: KeyframeView, frame: KeyframeView): boolean {
  const cosine = view.right * frame.right + view.ahead * frame.ahead;
  return (
    frame.timeS - view.timeS > KEYFRAMES.visitSeconds &&
    frame.timeS - view.takenS < KEYFRAMES.forgetSeconds &&
    distance(view, frame) < (isRevisit(view) ? KEYFRAMES.revisitReach : KEYFRAMES.reach) &&
    cosine > KEYFRAMES.minCosine * levelLength(view) * levelLength(frame)
  );
}

const levelLength = ({ right, ahead }: KeyframeView): number => Math.sqrt(right * right + ahead * ahead);
