import { expect, it } from 'vitest';
import { adjust } from '../../src/odometry/bundle-adjustment.js';
import { project, type Pose } from '../../src/odometry/triangulation.js';
import { length, minus, multiply, transpose } from '../../src/odometry/vectors.js';
import { angleOf, between, facing, hall } from './made-up.js';

const ERROR = 0.003;
const turn = facing(0.2, [0, 0, 0]).rotation;
const before = facing(0, [0, 0, 0]);

/** Where the second of two cameras comes to stand, of which the first stays. */
const adjusted = (second: Pose, observed: Parameters<typeof adjust>[0]): Pose | undefined =>
  adjust({ ...observed, cameras: [before, second] }, [false, true], ERROR, 30).cameras[1];

const STEPS = [{ from: 0, to: 1, usual: 0.1, turn }];
const jumped = facing(0.5, [0.12, 0, 0.16]);

it('a camera that shares no point with the one before goes on as far as usual, and turns as both say', () => {
  const found = adjusted(jumped, { cameras: [], points: [], observations: [], steps: STEPS });
  expect(length(found!.position)).toBeCloseTo(0.1, 2);
  // the way stays
  expect(between(found!.position, jumped.position)).toBeLessThan(1);
  expect(angleOf(multiply(transpose(turn), found!.rotation))).toBeLessThan(0.1);
});

it('a camera that shares many goes where these say', () => {
  const truth = facing(0.4, [0.2, 0, 0.3]);
  const points = hall(400).filter((point) => [before, truth].every((pose) => project(pose, point).depth > 1));
  const observations = points.flatMap((point, index) =>
    [before, truth].map((pose, camera) => {
      const { u, v } = project(pose, point);
      return { camera, point: index, u, v };
    }),
  );
  // the points' own places tell how long the way is
  const fixed = { cameras: [], points, observations, steps: STEPS };
  const found = adjusted(jumped, fixed);
  expect(points.length).toBeGreaterThan(100);
  expect(angleOf(multiply(transpose(truth.rotation), found!.rotation))).toBeLessThan(0.5);
  expect(between(minus(found!.position, before.position), truth.position)).toBeLessThan(2);
});
