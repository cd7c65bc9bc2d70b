import { describe, expect, it } from 'vitest';
import type { Pose } from '../../src/odometry/index.js';
import { length, minus } from '../../src/odometry/vectors.js';
import { umeyama } from '../../src/index.js';
import { applySim3 } from '../../src/geometry/sim3.js';
import { facing, followChunk, followChunks, hall, pictures, walk } from './made-up.js';

const HALL = hall();
const MAKING = { noise: 0.7, wrong: 0.15, most: 250 };
const SIZES = { size: 16, overlap: 4 };

/** Root mean square of the distances to the true places after the best similarity, in metres. */
function trajectoryError(found: readonly Pose[], truth: readonly Pose[]): number {
  const source = Float64Array.from(found.flatMap(({ position }) => position));
  const target = Float64Array.from(truth.flatMap(({ position }) => position));
  const aligned = umeyama({ source, target, weights: new Float64Array(found.length).fill(1) }, true);
  if (aligned === null) return NaN;
  const moved = applySim3(aligned, Float32Array.from(source));
  const squares = truth.map(({ position }, i) => {
    const place = moved.subarray(3 * i, 3 * i + 3);
    return position.reduce((sum, value, axis) => sum + (value - (place[axis] ?? NaN)) ** 2, 0);
  });
  return Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length);
}

describe('the way of a camera', () => {
  const truth = walk(28);
  const seen = pictures(truth, HALL, MAKING);
  const whole = followChunks(seen, SIZES);

  it('is found over several chunks, in one scale', () => {
    const { poses, how } = whole;
    expect(how.filter((each) => each === 'chained')).toEqual([]);
    const path = truth
      .slice(1)
      .reduce((sum, { position }, i) => sum + length(minus(position, truth[i]?.position ?? position)), 0);
    expect(trajectoryError(poses, truth) / path).toBeLessThan(0.01);
  });

  it('does not depend on who computes a chunk: what is handed over is enough', () => {
    const first = followChunk(null, seen.slice(0, 16), SIZES.overlap);
    const copied = structuredClone(first.handover);
    const next = seen.slice(12, 28);
    expect(followChunk(copied, next, SIZES.overlap).poses.slice(4)).toEqual(whole.poses.slice(16, 28));
  });

  it('goes on by what each picture shows where the camera turns on the spot', () => {
    const turning = Array.from({ length: 12 }, (_, frame) => facing(0.12 * frame, [0, 0, 0]));
    const { poses } = followChunks(pictures(turning, HALL, MAKING), SIZES);
    const [first, last] = [poses[0], poses.at(-1)];
    const ahead = (pose?: Pose) => Math.atan2(pose?.rotation[2] ?? NaN, pose?.rotation[8] ?? NaN);
    expect(ahead(last) - ahead(first)).toBeCloseTo(0.12 * 11, 1);
  });

  it('keeps its scale where the camera stands still while one chunk hands over to the next', () => {
    const steps = walk(24);
    const pausing = [
      ...steps.slice(0, 12),
      ...Array.from({ length: 4 }, () => steps[11]),
      ...steps.slice(12),
    ];
    const way = pausing.flatMap((pose) => pose ?? []);
    const { poses } = followChunks(pictures(way, HALL, MAKING), SIZES);
    expect(trajectoryError(poses, way)).toBeLessThan(0.05);
  });

  it('is somewhere, without an error, where nothing is seen', () => {
    const blind = seen.map((frame, index) =>
      index >= 6 && index < 9 ? { positions: new Float32Array(0), descriptors: new Float32Array(0) } : frame,
    );
    const { poses, how } = followChunks(blind.slice(0, 20), SIZES);
    expect(poses).toHaveLength(20);
    expect(how.slice(6, 9)).toEqual(['chained', 'chained', 'chained']);
    expect(poses.flatMap(({ position }) => position).every(Number.isFinite)).toBe(true);
    const none = followChunks(
      seen.slice(0, 3).map(() => ({ positions: new Float32Array(0), descriptors: new Float32Array(0) })),
      SIZES,
    );
    expect(none.poses.map(({ position }) => position)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});
