import { describe, expect, it } from 'vitest';
import { adjust, type Observation } from '../../src/odometry/bundle-adjustment.js';
import { seededBy } from '../../src/odometry/random.js';
import { project, type Pose } from '../../src/odometry/triangulation.js';
import {
  length,
  minus,
  multiply,
  plus,
  smallTurn,
  transpose,
  type Vec3,
} from '../../src/odometry/vectors.js';
import { angleOf, hall, walk } from './made-up.js';

const ERROR = 1 / 400;

/** A scene whose cameras and points are moved aside, with what its cameras saw before. */
function disturbed(by: number, wrong = 0) {
  const random = seededBy([3]);
  const side = () => random(2001) / 1000 - 1;
  const truth = { cameras: walk(6), points: hall(400) };
  const observations = truth.cameras.flatMap((pose, camera) =>
    truth.points.flatMap((point, index): Observation[] => {
      const { u, v, depth } = project(pose, point);
      if (depth < 0.3 || Math.abs(u) > 0.6 || Math.abs(v) > 0.5) return [];
      const isWrong = (side() + 1) / 2 < wrong;
      return [{ camera, point: index, u: u + (isWrong ? 0.1 * side() : 0), v }];
    }),
  );
  const aside = (place: Vec3): Vec3 => plus(place, [by * side(), by * side(), by * side()]);
  const cameras = truth.cameras.map((pose, index): Pose =>
    index < 2
      ? pose
      : {
          rotation: multiply(pose.rotation, smallTurn([0.3 * by * side(), 0.3 * by * side(), 0])),
          position: aside(pose.position),
        },
  );
  return { truth, scene: { cameras, points: truth.points.map(aside), observations } };
}

const isFree = [false, false, true, true, true, true];

describe('a bundle adjustment', () => {
  it('brings cameras and points back to where they were', () => {
    const { truth, scene } = disturbed(0.1);
    const { cameras } = adjust(scene, isFree, ERROR, 30);
    cameras.forEach(({ rotation, position }, index) => {
      const wanted = truth.cameras[index];
      if (wanted === undefined) throw new Error('as many as before');
      expect(length(minus(position, wanted.position))).toBeLessThan(1e-3);
      expect(angleOf(multiply(transpose(rotation), wanted.rotation))).toBeLessThan(0.02);
    });
  });

  it('does not follow the few observations that are wrong', () => {
    const { truth, scene } = disturbed(0.1, 0.05);
    const { cameras } = adjust(scene, isFree, ERROR, 30);
    cameras.forEach(({ position }, index) => {
      expect(length(minus(position, truth.cameras[index]?.position ?? [9, 9, 9]))).toBeLessThan(0.05);
    });
  });

  it('leaves fixed cameras alone, and everything where nothing is seen', () => {
    const { scene } = disturbed(0.1);
    const { cameras } = adjust(scene, isFree, ERROR, 5);
    expect(cameras.slice(0, 2)).toEqual(scene.cameras.slice(0, 2));
    expect(cameras[3]).not.toEqual(scene.cameras[3]);
    const unseen = { ...scene, observations: [] };
    expect(adjust(unseen, isFree, ERROR, 5)).toEqual({ cameras: unseen.cameras, points: unseen.points });
  });
});
