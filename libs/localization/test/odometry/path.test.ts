import { describe, expect, it } from 'vitest';
import {
  decodePath,
  decodeRelated,
  encodePath,
  encodeRelated,
  estimatingPath,
} from '../../src/odometry/index.js';
import { atOnce } from '../../src/odometry/at-once.js';
import { floorBelow } from '../../src/odometry/floor.js';
import { apply, dot, type Vec3 } from '../../src/odometry/vectors.js';
import { facing, hall, LENS, pictures, relatedPictures, turned, walk } from './made-up.js';

const MAKING = { noise: 0.5, wrong: 0.1, most: 250 };
/** The hall's floor is 1.5 m below the cameras: each fourth point of it. */
const POINTS = hall(1500).map(([x, y, z], index): Vec3 => (index % 3 === 0 ? [x, 1.5, z] : [x, y, z]));
const OPTIONS = { lens: LENS, overlap: 4, every: 3, heightM: 1.5, depthM: 3 };
const TRUTH = walk(28);
const SEEN = pictures(TRUTH, POINTS, MAKING);
const related = (from: number, to: number) => relatedPictures(SEEN.slice(from, to));
const places = (poses: Float32Array): number[][] =>
  Array.from({ length: poses.length / 16 }, (_, frame) =>
    [3, 7, 11].map((cell) => poses[16 * frame + cell] ?? NaN),
  );

const estimatePath = (...of: Parameters<typeof estimatingPath>) => atOnce(estimatingPath(...of));

describe('an estimated path', () => {
  const first = estimatePath(null, related(0, 16), OPTIONS);
  const second = estimatePath(first.left, related(12, 28), OPTIONS);

  it('is in metres by the height above the floor, from the first frame on, and level', () => {
    const found = [...places(first.poses), ...places(second.poses).slice(2)];
    const frames = [0, 3, 6, 9, 12, 15, 18, 21, 24, 27];
    expect(first.left.world.scaleFrom).toBe('height');
    expect(found[0]).toEqual([0, 0, 0]);
    const far = (a: readonly number[], b: readonly number[]) =>
      Math.hypot(...a.map((value, axis) => value - (b[axis] ?? NaN)));
    frames.forEach((frame, index) => {
      const true_ = far(TRUTH[frame]?.position ?? [], TRUTH[0]?.position ?? []);
      expect(Math.abs(far(found[index] ?? [], found[0] ?? []) - true_)).toBeLessThan(0.1 + 0.1 * true_);
      expect(Math.abs(found[index]?.[1] ?? NaN)).toBeLessThan(0.25);
    });
  });

  it('has its metres from a usual height where none is told, and of nothing where there is no floor', () => {
    const told = { ...OPTIONS, heightM: null };
    expect(estimatePath(null, related(0, 16), told).left.world).toEqual({
      ...first.left.world,
      scaleFrom: 'usual height',
    });
    const above = pictures(
      TRUTH,
      POINTS.filter(([, y]) => y < 0.5),
      MAKING,
    ).slice(0, 16);
    const floorless = relatedPictures(above);
    expect(estimatePath(null, floorless, OPTIONS).left.world.scaleFrom).toBe('depth');
  });

  it('has its scale mended by the floor of a later chunk, and goes on from where it was', () => {
    const { scale, scaleError } = first.left.world;
    const longer = { ...first.left, world: { ...first.left.world, scale: 1.2 * scale } };
    const long = estimatePath(longer, related(12, 28), OPTIONS);
    expect(second.left.world.scale / scale).toBeGreaterThan(0.9);
    expect(second.left.world.scale / scale).toBeLessThan(1.1);
    expect(long.left.world.scale / second.left.world.scale).toBeLessThan(1.1);
    expect(second.left.world.scaleError).toBeLessThan(scaleError);
    // frames that both chunks have lie about the same place
    const [before, after] = [places(first.poses).at(-1), places(second.poses)[1]];
    expect(Math.hypot(...(before ?? []).map((value, axis) => value - (after?.[axis] ?? NaN)))).toBeLessThan(
      0.1,
    );
  });

  it('keeps its scale over a chunk without a floor, and is less sure of it', () => {
    const above = pictures(
      TRUTH,
      POINTS.filter(([, y]) => y < 0.5),
      MAKING,
    ).slice(12, 28);
    const { world } = estimatePath(first.left, relatedPictures(above), OPTIONS).left;
    const { scaleError, overallError } = world;
    expect(world).toEqual({ ...first.left.world, scaleError, overallError });
    expect(scaleError).toBeGreaterThan(first.left.world.scaleError);
    expect(overallError).toBeGreaterThan(first.left.world.overallError);
  });

  it('goes on alike from what was stored', () => {
    const stored = decodePath(encodePath(first.left));
    const kept = decodeRelated(encodeRelated(related(12, 28)));
    expect(estimatePath(stored, kept, OPTIONS).poses).toEqual(second.poses);
  });

  it('is no path where what was stored is something else', () => {
    const bytes = encodeRelated(related(0, 4));
    expect(() => decodePath(bytes)).toThrow(/does not hold what odometry knows/);
  });
});

describe('the floor', () => {
  it('is found below cameras that look down, whatever the axes are', () => {
    const axes = turned(0.4, 0.2, -0.3);
    const cameras = Array.from({ length: 20 }, (_, i) => facing(0.15 * i, [0.2 * i, 0, 0.1 * i]));
    const tilted = cameras.map(({ rotation, position }) => ({
      rotation: [0, 1, 2].flatMap((row) =>
        [0, 1, 2].map((column) =>
          [0, 1, 2].reduce((sum, k) => sum + (axes[3 * row + k] ?? 0) * (rotation[3 * k + column] ?? 0), 0),
        ),
      ) as unknown as typeof rotation,
      position: apply(axes, position),
    }));
    const { down, height } = floorBelow(
      tilted,
      POINTS.map((point) => apply(axes, point)),
      POINTS.map(() => [...tilted.keys()]),
    );
    expect(dot(down, apply(axes, [0, 1, 0]))).toBeGreaterThan(0.999);
    expect(height).toBeCloseTo(1.5, 1);
  });
});
