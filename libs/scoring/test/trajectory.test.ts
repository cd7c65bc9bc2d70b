import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  composeSim3,
  quaternionOf,
  rotationOf,
  sim3,
  sim3ToMatrix,
  type StampedPose,
} from '@loci/localization';
import { hasPythonModule, PYTHON, temporaryFolder } from '@loci/testing';
import { describe, expect, it, test } from 'vitest';
import { heldStill, pairPoses, trajectoryErrors, type PosePair } from '../src/index.js';

/** Poses of a step for relative errors. */
const STEP = 2;

/** A walk of 20 s in a room, twice a second: round a table, up and down a step, with the head turning. */
const walked = (drift: (step: number) => number = () => 0): StampedPose[] =>
  Array.from({ length: 41 }, (_, step) => {
    const [angle, off] = [step / 7, drift(step)];
    const half = (angle + off) / 2;
    return {
      tS: step / 2,
      position: [2 * Math.cos(angle) + off, 0.2 * Math.sin(3 * angle), 1.5 * Math.sin(angle) - off / 2],
      quaternion: [0, -Math.sin(half), 0, Math.cos(half)],
    };
  });

/** The same walk told in another world, whose metre is `scale` long. */
const elsewhere = (poses: readonly StampedPose[], scale: number): StampedPose[] =>
  poses.map(({ tS, position, quaternion }) => {
    const world = sim3(1, rotationOf([0.5, 0.5, -0.5, 0.5]), [3, -1, 2]);
    const told = composeSim3(
      world,
      sim3(
        1,
        rotationOf(quaternion),
        position.map((value) => scale * value),
      ),
    );
    const [x = NaN, y = NaN, z = NaN] = told.translation;
    return { tS, position: [x, y, z], quaternion: quaternionOf(sim3ToMatrix(told)) };
  });

const pairsOf = (found: StampedPose[]): PosePair[] => pairPoses(walked(), found, 0.01);

describe('the errors of a trajectory', () => {
  it('are none where it was found in another world', () => {
    const errors = trajectoryErrors(pairsOf(elsewhere(walked(), 1)), STEP);
    expect(errors.scale).toBeCloseTo(1, 9);
    for (const value of [
      ...[errors.rigid.ateM, errors.rigid.rpeM, errors.scaled?.ateM, errors.scaled?.rpeM],
      ...[errors.rpeDeg, errors.turnDeg, errors.directionDeg],
    ])
      expect(value).toBeCloseTo(0, 5);
  });

  it('are of scale alone where its metre is half as long', () => {
    const errors = trajectoryErrors(pairsOf(elsewhere(walked(), 0.5)), STEP);
    expect(errors.scale).toBeCloseTo(2, 9);
    expect(errors.scaled?.ateM).toBeCloseTo(0, 6);
    expect(errors.rigid.ateM).toBeGreaterThan(0.5);
    expect(errors.directionDeg).toBeCloseTo(0, 4);
  });

  it('of a camera held still are how far and how much the true one moves', () => {
    const still = trajectoryErrors(heldStill(pairsOf(walked())), STEP);
    expect(still).toMatchObject({ poses: 41, scaled: null, scale: null, directionDeg: null });
    // a turn of 1/7 rad a pose
    expect(still.turnDeg).toBeCloseTo((2 / 7) * (180 / Math.PI), 6);
    const positions = walked().map(({ position }) => position);
    const mean = [0, 1, 2].map((axis) => positions.reduce((sum, at) => sum + (at[axis] ?? 0), 0) / 41);
    const squares = positions.map(
      (at) => Math.hypot(...at.map((value, axis) => value - (mean[axis] ?? 0))) ** 2,
    );
    expect(still.rigid.ateM).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b) / 41), 9);
  });

  it('are of the poses only that have a true one near in time', () => {
    const late = walked().map((pose) => ({ ...pose, tS: pose.tS + (pose.tS > 15 ? 0.2 : 0.05) }));
    const pairs = pairPoses(walked(), late, 0.1);
    expect(pairs).toHaveLength(31);
    expect(trajectoryErrors(pairs, STEP).rigid.ateM).toBeCloseTo(0, 9);
    expect(() => trajectoryErrors(pairs.slice(0, 2), STEP)).toThrow(/2 poses have no two that are 2 apart/);
  });
});

/** evo's figures of the same two trajectories: ATE and RPE, aligned rigidly and with scale. */
const EVO = `
import copy, json, sys
import numpy as np
from evo.core import metrics, trajectory
given = json.load(open(sys.argv[1]))
def read(poses):
    return trajectory.PoseTrajectory3D(
        positions_xyz=np.array([p["position"] for p in poses]),
        orientations_quat_wxyz=np.array([[p["quaternion"][i] for i in (3, 0, 1, 2)] for p in poses]),
        timestamps=np.array([p["tS"] for p in poses]))
truth = read(given["truth"])
def rmse(metric, found):
    metric.process_data((truth, found))
    return metric.get_statistic(metrics.StatisticsType.rmse)
def errors(with_scale):
    found = copy.deepcopy(read(given["found"]))
    _, _, scale = found.align(truth, correct_scale=with_scale)
    relative = lambda relation: metrics.RPE(relation, given["step"], metrics.Unit.frames, all_pairs=True)
    return [rmse(metrics.APE(metrics.PoseRelation.translation_part), found),
            rmse(relative(metrics.PoseRelation.translation_part), found),
            rmse(relative(metrics.PoseRelation.rotation_angle_deg), found), scale]
print(json.dumps([errors(False), errors(True)]))
`;

test.skipIf(!hasPythonModule('evo'))('evo finds the same errors', async () => {
  const drifts = [(step: number) => step / 60, (step: number) => 0.3 * Math.sin(step), () => 0.1];
  const folder = await temporaryFolder('trajectory');
  for (const drift of drifts)
    for (const scale of [1, 0.4]) {
      const found = elsewhere(walked(drift), scale);
      const file = join(folder.path, 'trajectories.json');
      await writeFile(file, JSON.stringify({ truth: walked(), found, step: STEP }));
      const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', EVO, file]);
      expect(status, stderr.toString()).toBe(0);
      const [rigid, scaled] = JSON.parse(stdout.toString()) as [number[], number[]];
      const errors = trajectoryErrors(pairsOf(found), STEP);
      expect([errors.rigid.ateM, errors.rigid.rpeM, errors.rpeDeg, 1]).toEqual(
        rigid.map((value) => expect.closeTo(value, 6) as number),
      );
      expect([errors.scaled?.ateM, errors.scaled?.rpeM, errors.rpeDeg, errors.scale]).toEqual(
        scaled.map((value) => expect.closeTo(value, 6) as number),
      );
    }
  await folder.remove();
});
