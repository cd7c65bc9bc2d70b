import { apart, type Place } from './landmarks/index.js';

/** Metres: views from places this close, and turned by less than the angle of this cosine (20°), are the same. A number, for cosines differ between machines. */
const NEAR = 0.5;
const ALONG = 0.9396926207859084;
/** Seconds: a view that was taken later than this ago is of the same visit. */
const AGAIN = 10;
/** Seconds after which a view is taken anew, should things have moved. */
const FORGOTTEN = 600;
/** Views that are kept at most, the latest; those that are forgotten go sooner. */
export const VIEWS_KEPT = 2048;

/** From where, and which way, a camera looked: its place in the floor plane (metres), the level part of its viewing direction, and when (s). */
export interface View extends Place {
  readonly right: number;
  readonly ahead: number;
  readonly tS: number;
}

/** The view of the camera whose pose (row-major [4, 4], camera to world) begins at `from`; all its numbers are float32, as a tail keeps them. */
export const viewOf = (poses: Float32Array, from: number, tS: number): View => ({
  x: poses[from + 3] ?? NaN,
  z: poses[from + 11] ?? NaN,
  right: poses[from + 2] ?? NaN,
  ahead: poses[from + 10] ?? NaN,
  tS: Math.fround(tS),
});

/** The same view, of an earlier visit and not forgotten; a camera that looks straight up or down never has one. */
function sameBefore(view: View, now: View): boolean {
  const age = now.tS - view.tS;
  const along = view.right * now.right + view.ahead * now.ahead;
  return age > AGAIN && age < FORGOTTEN && apart(view, now) < NEAR && along > ALONG * length(view) * length(now);
}

const length = ({ right, ahead }: View): number => Math.sqrt(right * right + ahead * ahead);

/**
 * Which of some frames, one after another, show what none of the views has shown before, and the views then: memory takes
 * those alone, so that what is seen again leaves it as it was. Null stands for a frame that nobody knows the place of: it counts as
 * seen, and is no view. `apps/training/loci_training/views.py` is the same in Python.
 */
export function takeUnseen(views: readonly View[], frames: readonly (View | null)[]): { unseen: boolean[]; views: View[] } {
  const taken = [...views];
  const unseen = frames.map((frame) => {
    if (frame === null || taken.some((view) => sameBefore(view, frame))) return false;
    taken.push(frame);
    return true;
  });
  const latest = taken.at(-1)?.tS ?? NaN;
  return { unseen, views: taken.filter(({ tS }) => latest - tS < FORGOTTEN).slice(-VIEWS_KEPT) };
}
