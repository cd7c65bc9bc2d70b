import fc from 'fast-check';
import { expect } from 'vitest';
import { applySim3, sim3, type Sim3 } from '../src/geometry/sim3.js';

/** Rodrigues: the rotation by `angle` about a unit axis. */
export function rotationOf([x, y, z]: [number, number, number], angle: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = 1 - c;
  return [
    c + x * x * k,
    x * y * k - z * s,
    x * z * k + y * s,
    y * x * k + z * s,
    c + y * y * k,
    y * z * k - x * s,
    z * x * k - y * s,
    z * y * k + x * s,
    c + z * z * k,
  ];
}

const within = (reach: number) => fc.double({ min: -reach, max: reach, noNaN: true });

const anyAxis = fc
  .tuple(within(1), within(1), within(1))
  .filter((axis) => Math.hypot(...axis) > 0.01)
  .map((axis): [number, number, number] => {
    const length = Math.hypot(...axis);
    return [axis[0] / length, axis[1] / length, axis[2] / length];
  });

/** Any rotation, 20 m about, scale 0.2 to 5. */
export const anySim3: fc.Arbitrary<Sim3> = fc.record({
  scale: fc.double({ min: 0.2, max: 5, noNaN: true }),
  rotation: fc
    .tuple(anyAxis, within(Math.PI))
    .map(([axis, angle]) => rotationOf(axis, angle).map((value) => value + 0)),
  translation: fc.array(
    within(20).map((value) => value + 0),
    { minLength: 3, maxLength: 3 },
  ),
});

export const anySeed = fc.nat({ max: 2 ** 31 });

/** A handful of points within 10 m. */
export const anyCloud = fc
  .array(within(10), { minLength: 9, maxLength: 60 })
  .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % 3))));

/** Pseudo-random numbers in [0, 1) from a seed, for clouds too large for the generator (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number (Box–Muller). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export interface Overlap {
  source: Float32Array;
  target: Float32Array;
  weights: Float32Array;
}

/**
 * What two chunks see of the same places: n points of a room of 8 × 3 × 8 m, the second view moved by `sim`,
 * with noise of `noise` metres and a share of `outliers` that are metres off.
 */
export function overlapOf(
  sim: Sim3,
  { seed, n = 192, noise = 0, outliers = 0 }: { seed: number; n?: number; noise?: number; outliers?: number },
): Overlap {
  const random = randomOf(seed);
  const source = Float32Array.from({ length: 3 * n }, (_, i) => (i % 3 === 1 ? 3 : 8) * (random() - 0.5));
  const target = applySim3(sim, source);
  for (let i = 0; i < n; i += 1) {
    const far = i < outliers * n;
    for (let axis = 0; axis < 3; axis += 1)
      target[3 * i + axis]! += far ? sim.scale * 12 * (random() - 0.5) : noise * sim.scale * normal(random);
  }
  return { source, target, weights: Float32Array.from({ length: n }, () => 0.2 + 0.8 * random()) };
}

export const distance = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number =>
  Math.hypot(a[3 * i]! - b[3 * j]!, a[3 * i + 1]! - b[3 * j + 1]!, a[3 * i + 2]! - b[3 * j + 2]!);

/** The furthest that a transform is off for places of the room, in the source's metres. */
export function errorOf(found: Sim3, wanted: Sim3): number {
  const corners = Float32Array.of(-4, -1.5, -4, 4, 1.5, 4, -4, 1.5, 4, 4, -1.5, -4, 0, 0, 0);
  const [a, b] = [applySim3(found, corners), applySim3(wanted, corners)];
  return Math.max(...[0, 1, 2, 3, 4].map((i) => distance(a, i, b, i))) / wanted.scale;
}

export function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  const worst = Math.max(0, ...Array.from(found, (value, i) => Math.abs(value - wanted[i]!)));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** A turn by `yaw` about the vertical and a step in the floor plane, with a scale. */
export const levelTurn = (yaw: number, x: number, z: number, scale = 1): Sim3 =>
  sim3(scale, [Math.cos(yaw), 0, Math.sin(yaw), 0, 1, 0, -Math.sin(yaw), 0, Math.cos(yaw)], [x, 0, z]);
