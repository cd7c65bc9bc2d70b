import { join } from 'node:path';
import { loopClip, sampleClip } from '@loci/harness';
import { inRoot } from '@loci/host';
import { BuiltProgram } from '@loci/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { odometryTable } from '../src/odometry/table.js';
import { counting, DatasetFolder } from './datasets.js';

const SECONDS = 4;

/** A walk along y, z up, at 0.5 m/s. */
const path = Array.from({ length: 6 * SECONDS }, (_, frame) => ({
  t: frame / 6,
  pose: [
    [1, 0, 0, 0.1 * Math.sin(frame)],
    [0, 0, 1, frame / 12],
    [0, -1, 0, 1.6],
    [0, 0, 0, 1],
  ],
}));
const scene = {
  ...{ scene: 'walk', dataset: 'rooms', image_size: [640, 480], path },
  intrinsics_colour: { fx: 320, fy: 320, cx: 320, cy: 240 },
};
/** A graph whose pictures have three pixels, and so as many keypoints. */
const KEYPOINTS = inRoot('libs', 'inference', 'test', 'fixtures', 'keypoints', 'keypoints.onnx');

const odometry = (...args: string[]) => new BuiltProgram('apps/evaluate/odometry', {}, args);

describe('the odometry of a walk', { timeout: 120_000 }, () => {
  it('is printed beside the truth, and says what is only a guess', async () => {
    const set = await DatasetFolder.create();
    onTestFinished(() => set.remove());
    await loopClip(await sampleClip(), SECONDS, join(set.path, 'walk.mp4'));
    await set.write('scene.json', scene);
    await set.write('questions.json', [counting(1, 'walk')]);
    const run = odometry('--dataset', set.path, '--keypoints', KEYPOINTS);
    expect(await run.exitCode, run.output).toBe(0);
    // two frames a second, as a job has them, and three pictures from one to the next
    expect(run.output).toMatch(/\| poses \| 8 \| 8 \| 4 \| 4 \|/);
    // three keypoints tell nothing: the first picture stands where it is, the others are chained to it
    expect(run.output).toMatch(/Chained, since too few known points were seen: 24 of 25 pictures/);
    expect(run.output).toMatch(/Metres come from: depth/);
  });

  it('wants a walk', async () => {
    const run = odometry();
    expect(await run.exitCode).toBe(1);
    expect(run.output).toContain(
      'npm run odometry -- --dataset PATH [--unknown-lens] [--keypoints FILE] [--fps N]',
    );
  });
});

describe('the table of odometry', () => {
  it('tells the second half by itself', () => {
    const pairs = Array.from({ length: 20 }, (_, i) => {
      const truth = { tS: i / 2, position: [0, 0.1 * Math.sin(i), i / 4], quaternion: [0, 0, 0, 1] } as const;
      // twice as large, and 1 m aside in the first half
      const found = [i < 10 ? 2 : 0, 0.2 * Math.sin(i), i / 2] as [number, number, number];
      return { truth: copy(truth), found: { ...copy(truth), position: found } };
    });
    const metres = { scaleFrom: 'height', scaleError: 0.04 } as const;
    const lens = { fovDeg: 58.2, trueFovDeg: 57.1, error: 0.031 };
    const counts = { pictures: 60, chained: 1, closures: 2, keypointsMs: 3.2, odometryMs: 40 };
    const text = odometryTable({ pairs, fps: 2, lens, ...metres, ...counts });
    expect(text).toMatch(/\| ATE after scale alignment, m \| 0\.[1-9]\d \| 0\.[1-9]\d \| 0\.00 \| 0\.00 \|/);
    expect(text).toContain('Metres come from: height; by itself off by 4 %.');
    expect(text).toContain('58.2° (focal length by itself off by 3 %), truly 57.1°.');
    expect(text).toContain('Places that were known again: 2.');
    expect(text).toContain('whole, over 0.50 s | whole, over 1.00 s | second half, over 0.50 s');
  });
});

const copy = ({
  tS,
  position,
  quaternion,
}: {
  tS: number;
  position: readonly number[];
  quaternion: readonly number[];
}) => ({
  tS,
  position: [...position] as [number, number, number],
  quaternion: [...quaternion] as [number, number, number, number],
});
