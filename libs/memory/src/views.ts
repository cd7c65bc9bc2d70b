import { apart, type Place } from './landmarks/index.js';

/** Metres: views from places this close to where a frame was taken, and turned by less than the angle of this cosine (20°), are the same. A number, for cosines differ between machines. */
const NEAR = 0.5;
const ALONG = 0.9396926207859084;
/** Metres: as close must be what comes by where a frame passed. */
const BESIDE = 0.35;
/** Seconds: a view that was looked at later than this ago is of the same visit. */
const AGAIN = 10;
/** Seconds after which a view is taken anew, should things have moved. */
const FORGOTTEN = 600;
/** Views that are kept at most, the latest; those that are forgotten go sooner. */
export const VIEWS_KEPT = 2048;

/**
 * From where, and which way, a camera looked: its place in the floor plane (metres), the level part of its viewing direction, when (s),
 * and when the frame there was taken: then, or, where one passed by what was known, earlier.
 */
export interface View extends Place {
  readonly right: number;
  readonly ahead: number;
  readonly tS: number;
  readonly takenS: number;
}

/** The view of the camera whose pose (row-major [4, 4], camera to world) begins at `from`; all its numbers are float32, as a tail keeps them. */
export const viewOf = (poses: Float32Array, from: number, tS: number): View => ({
  x: poses[from + 3] ?? NaN,
  z: poses[from + 11] ?? NaN,
  right: poses[from + 2] ?? NaN,
  ahead: poses[from + 10] ?? NaN,
  tS: Math.fround(tS),
  takenS: Math.fround(tS),
});

const passedBy = (view: View): boolean => view.takenS < view.tS;

/** The same view, of an earlier visit and not forgotten; a camera that looks straight up or down never has one. */
function sameBefore(view: View, now: View): boolean {
  const along = view.right * now.right + view.ahead * now.ahead;
  return (
    now.tS - view.tS > AGAIN &&
    now.tS - view.takenS < FORGOTTEN &&
    apart(view, now) < (passedBy(view) ? BESIDE : NEAR) &&
    along > ALONG * length(view) * length(now)
  );
}

const length = ({ right, ahead }: View): number => Math.sqrt(right * right + ahead * ahead);

/**
 * Which of some frames, one after another, show what none of the views has shown before, and the views then: memory takes
 * those alone, so that what is seen again leaves it as it was. Where a frame passed by one that was taken becomes a view too, of a smaller reach, for
 * what comes by once more comes by a little beside; what passes by that becomes none, so that reach does not creep along. Null stands for a
 * frame that nobody knows the place of: it counts as seen, and is no view. `apps/training/loci_training/views.py` is the same in Python.
 */
export function takeUnseen(
  views: readonly View[],
  frames: readonly (View | null)[],
): { unseen: boolean[]; views: View[] } {
  const known = [...views];
  const unseen = frames.map((frame) => {
    if (frame === null) return false;
    const same = known.filter((view) => sameBefore(view, frame));
    if (!same.some(passedBy)) known.push({ ...frame, takenS: same.at(-1)?.takenS ?? frame.takenS });
    return same.length === 0;
  });
  const latest = known.at(-1)?.tS ?? NaN;
  return { unseen, views: known.filter(({ takenS }) => latest - takenS < FORGOTTEN).slice(-VIEWS_KEPT) };
}
