import { describe, expect, it } from 'vitest';
import { atOnce } from '../../src/odometry/at-once.js';
import { decodePath, encodePath, estimatingPath } from '../../src/odometry/index.js';
import type { PathBefore } from '../../src/odometry/path.js';
import type { RememberedView } from '../../src/odometry/remembered-views.js';
import { plus, type Vec3 } from '../../src/odometry/vectors.js';
import { hall, LENS, pictures, relatedPictures, walk } from './made-up.js';

/** The hall's floor is 1.5 m below the cameras: each third point of it. */
const POINTS = hall(1500).map(([x, y, z], index): Vec3 => (index % 3 === 0 ? [x, 1.5, z] : [x, y, z]));
const OPTIONS = { lens: LENS, overlap: 4, every: 1, heightM: 1.5, depthM: 3 };
/** There and back. */
const WAY = [...walk(28), ...walk(28).reverse()];
const SEEN = pictures(WAY, POINTS, { noise: 0.5, wrong: 0.1, most: 250 });

const chunkOf = (first: number) => relatedPictures(SEEN.slice(first, first + 16));
const estimate = (before: PathBefore | null, first: number) =>
  atOnce(estimatingPath(before, chunkOf(first), OPTIONS));

/** By how far a chunk's last frame misses its place, seen from the first frame of all, in metres. */
function missed({ poses }: { poses: Float32Array }, first: number): number {
  const at = (index: number) => WAY[index]?.position ?? [NaN, NaN, NaN];
  const found = [3, 7, 11].map((cell) => poses[16 * 15 + cell] ?? NaN);
  const [from, to] = [at(0), at(first + 15)];
  // the first camera is turned about y alone
  const [cosine, , sine] = WAY[0]?.rotation ?? [];
  const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const truth = [(cosine ?? NaN) * dx - (sine ?? NaN) * dz, dy, (sine ?? NaN) * dx + (cosine ?? NaN) * dz];
  return Math.hypot(...truth.map((value, axis) => value - (found[axis] ?? NaN)));
}

/** A view whose points lie a metre off, but for some. */
const displaced = (view: RememberedView, stands: (point: number) => boolean): RememberedView => ({
  ...view,
  points: view.points.map((value, index) =>
    stands(Math.floor(index / 3)) ? value : value + (((index * 7) % 5) - 2),
  ),
});

describe('a place that a path comes back to', () => {
  const first = estimate(null, 0);
  const second = estimate(first.left, 12);
  // as if a minute had passed, in which the way drifted off
  const { world } = second.left;
  const drifted: PathBefore = {
    ...second.left,
    pictures: second.left.pictures + 300,
    world: { ...world, place: plus(world.place, [0.8, 0, -0.6]), scale: 1.15 * world.scale },
  };
  const back = estimate(drifted, 24);
  const alone = estimate({ ...drifted, views: [] }, 24);

  it('is known again, and the drift is taken away from there on', () => {
    expect(back.closed?.earlier).toBeLessThan(28);
    expect(back.closed?.picture).toBeGreaterThan(324);
    expect(missed(back, 24)).toBeLessThan(0.35);
    expect(missed(alone, 24)).toBeGreaterThan(0.7);
    expect(missed(estimate(back.left, 36), 36)).toBeLessThan(0.4);
  });

  it('moves over from the frames that the chunk before placed, without a jump', () => {
    const apart = Array.from({ length: 16 }, (_, frame) =>
      Math.hypot(
        ...[3, 7, 11].map(
          (cell) => (back.poses[16 * frame + cell] ?? NaN) - (alone.poses[16 * frame + cell] ?? NaN),
        ),
      ),
    );
    expect(apart.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    const steps = apart.slice(1).map((each, frame) => Math.abs(each - (apart[frame] ?? NaN)));
    expect(Math.max(...steps)).toBeLessThan(0.25);
  });

  it('is not taken for one that only looks alike', () => {
    const views = drifted.views.map((view) => ({ ...view, points: view.points.toReversed() }));
    expect(estimate({ ...drifted, views }, 24).closed).toBeNull();
  });

  it('is told by enough points that lie where they should, and by enough of those that look alike', () => {
    /** Remembered views of which so many points, or every so many-th, stand where they stood. */
    const seenAgain = (stands: (point: number) => boolean) =>
      estimate({ ...drifted, views: drifted.views.map((view) => displaced(view, stands)) }, 24).closed;
    expect(seenAgain(() => true)).not.toBeNull();
    expect(seenAgain((point) => point < 20)).toBeNull();
    expect(seenAgain((point) => point % 3 === 0)).toBeNull();
  });

  it('is not taken for one that looks and is built alike, but lies farther away than a way drifts', () => {
    const far = { ...drifted, world: { ...drifted.world, place: plus(drifted.world.place, [4, 0, 0]) } };
    expect(estimate(far, 24).closed).toBeNull();
  });

  it('is not looked for in what was just seen', () => {
    expect(estimate(second.left, 24).closed).toBeNull();
  });

  it('is known alike by what was stored', () => {
    const again = estimate(decodePath(encodePath(drifted)), 24);
    expect(again.poses).toEqual(back.poses);
    expect(again.left.world).toEqual(back.left.world);
    expect(again.left.views).toEqual(back.left.views);
    expect(again.left.followed.poses).toEqual(back.left.followed.poses);
  });
});
