import { expect, it } from 'vitest';
import type { Pose } from '../../src/odometry/index.js';
import { length, minus } from '../../src/odometry/vectors.js';
import { facing, followChunks, hall, pictures } from './made-up.js';

const SIZES = { size: 40, overlap: 4 };
const STEP_M = 0.2;
/** Frames before the turn, in it, and after. */
const [BEFORE, TURNING, AFTER] = [13, 5, 13];

/** Walks ahead, turns round nearly on the spot, by 32° a frame, and walks on. */
function turningBack(): Pose[] {
  const ahead = Array.from({ length: BEFORE }, (_, i) => facing(0, [-1, 0, -3 + STEP_M * i]));
  const [x, z] = [-1, -3 + STEP_M * (BEFORE - 1)];
  const round = Array.from({ length: TURNING }, (_, i) =>
    facing((Math.PI * (i + 1)) / (TURNING + 1), [x + 0.02 * (i + 1), 0, z]),
  );
  const back = Array.from({ length: AFTER }, (_, i) => facing(Math.PI, [x + 0.1, 0, z - STEP_M * i]));
  return [...ahead, ...round, ...back];
}

const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

it.each([3, 5])('a way keeps its scale over a fast turn where pictures share little (%i)', (seed) => {
  const way = turningBack();
  const clear = pictures(way, hall(), { noise: 0.7, wrong: 0.15, most: 250, seed });
  const blurred = pictures(way, hall(), { noise: 3, wrong: 0.5, most: 80, seed });
  const seen = clear.map((picture, frame) =>
    frame >= BEFORE && frame < BEFORE + TURNING ? (blurred[frame] ?? picture) : picture,
  );
  const { poses } = followChunks(seen, SIZES);
  const steps = poses
    .slice(1)
    .map(({ position }, i) => length(minus(position, poses[i]?.position ?? position)));
  const [before, after] = [middle(steps.slice(0, BEFORE - 1)), middle(steps.slice(BEFORE + TURNING))];
  expect(after / before).toBeGreaterThan(0.85);
  expect(after / before).toBeLessThan(1.15);
});
