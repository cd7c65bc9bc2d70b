import { distance, type FloorPoint } from './geometry/rigid-transform-2d.js';
import { KEYFRAMES } from './parameters.js';

/** From where, which way and when the camera looked at a keyframe; float32, as the encoded state keeps it. */
export interface KeyframeView extends FloorPoint {
  /** The level part of the viewing direction. */
  readonly right: number;
  readonly ahead: number;
  /** Seconds of moving pictures before it. */
  readonly timeS: number;
}

/** Frames, which of them show something new, and the views that are known after them. */
export interface KeyframeSelection {
  /** [F] */
  keyframes: boolean[];
  views: KeyframeView[];
}

/**
 * Which frames, one after another, show what no view has shown before: memory takes those alone, so that what
 * is seen again leaves it as it was.
 * @param views what was seen before, the earliest first; none at the beginning of a video
 * @param poses camera-to-world [F, 4, 4], row-major
 * @param times [F] seconds of moving pictures, ascending
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
  return {
    x: pose[3] ?? NaN,
    z: pose[11] ?? NaN,
    right: pose[2] ?? NaN,
    ahead: pose[10] ?? NaN,
    timeS: Math.fround(timeS),
  };
}

/** As selectKeyframes, of views. */
export function selectViews(
  views: readonly KeyframeView[],
  frames: readonly KeyframeView[],
): KeyframeSelection {
  const known = [...views];
  const keyframes = frames.map((frame) => {
    const showsSomethingNew = !known.some((view) => showsTheSame(view, frame));
    if (showsSomethingNew) known.push(frame);
    return showsSomethingNew;
  });
  const latest = known.at(-1)?.timeS ?? NaN;
  const remembered = known.filter(({ timeS }) => latest - timeS < KEYFRAMES.forgetSeconds);
  return { keyframes, views: remembered.slice(-KEYFRAMES.maxViews) };
}

/**
 * Of another visit, not forgotten, near and turned alike. A camera that looks straight up is never the same.
 */
function showsTheSame(view: KeyframeView, frame: KeyframeView): boolean {
  const cosine = view.right * frame.right + view.ahead * frame.ahead;
  const elapsed = frame.timeS - view.timeS;
  return (
    elapsed > KEYFRAMES.visitSeconds &&
    elapsed < KEYFRAMES.forgetSeconds &&
    distance(view, frame) < KEYFRAMES.reach &&
    cosine > KEYFRAMES.minCosine * levelLength(view) * levelLength(frame)
  );
}

const levelLength = ({ right, ahead }: KeyframeView): number => Math.sqrt(right * right + ahead * ahead);
