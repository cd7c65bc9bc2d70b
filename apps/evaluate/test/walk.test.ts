import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loopClip, sampleClip } from '@loci/harness';
import { BuiltProgram } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../src/dataset/open.js';
import type { Report } from '../src/report/summary.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

const SECONDS = 6;
const RATE = 6;

/** A made-up walk, z up: 0.4 m/s along y while the camera turns right by 5° a second and sways aside. */
const path = Array.from({ length: SECONDS * RATE }, (_, frame) => {
  const t = frame / RATE;
  const [c, s] = [Math.cos((5 * t * Math.PI) / 180), Math.sin((5 * t * Math.PI) / 180)];
  return {
    t,
    pose: [
      [c, 0, s, 2 + 0.3 * Math.sin(2 * t)],
      [-s, 0, c, 0.4 * t],
      [0, -1, 0, 1.6],
      [0, 0, 0, 1],
    ],
  };
});
const scene = {
  ...{ scene: 'walk', dataset: 'rooms', image_size: [640, 480], path },
  intrinsics_colour: { fx: 320, fy: 320, cx: 320, cy: 240 },
};

describe('a walk whose camera is known', { timeout: 120_000 }, () => {
  let set: DatasetFolder;
  let out: string;
  beforeAll(async () => {
    set = await DatasetFolder.create();
    out = join(set.path, 'out');
    await loopClip(await sampleClip(), SECONDS, join(set.path, 'walk.mp4'));
    await set.write('scene.json', scene);
    await set.write('questions.json', [
      ...[counting(1, 'walk'), nearest(2, 'walk'), counting(3, 'walk', { ground_truth: '2' })],
      counting(4, 'walk', {
        question_type: 'camera_displacement',
        question: 'How far (in meters) is the camera at 4 seconds from where it was at 1 seconds?',
        ground_truth: '1.2',
      }),
    ]);
  });
  afterAll(() => set.remove());

  const evaluate = (...more: string[]) =>
    new BuiltProgram('apps/evaluate/evaluate', { LOCI_WORKERS: '1' }, [
      ...['--dataset', set.path, '--out', out, '--concurrency', '1'],
      ...more,
    ]);
  const answersIn = (folder: string) => readFile(join(folder, 'answers.jsonl'), 'utf8');

  it('is evaluated alone and with its camera given, beside blind and a camera held still', async () => {
    const run = evaluate();
    expect(await run.exitCode, run.output).toBe(0);
    const { walk, dataset, tables, counts } = JSON.parse(
      await readFile(join(out, 'report.json'), 'utf8'),
    ) as Report;
    expect(dataset.world).toBe('real');
    expect(counts).toMatchObject({ questions: 4, failed: 0, videos: 1 });
    // the poses that the job gave come back: what was asked had them
    expect(walk?.given.trajectory).toMatchObject({
      poses: 2 * SECONDS,
      turnDeg: expect.closeTo(0, 2) as number,
    });
    expect(walk?.given.trajectory?.rigid.ateM).toBeLessThan(1e-3);
    expect(walk?.alone.trajectory?.rigid.ateM).toBeGreaterThan(0.1);
    expect(walk?.estimated.trajectory).toMatchObject({ poses: 2 * SECONDS });
    expect(walk?.apart_s).toBeCloseTo(1, 9);
    expect(walk?.still?.turnDeg).toBeCloseTo(5, 3);
    // of 3 and 2 counts the best constant is one of the two; the one letter and distance are their own best
    expect(tables.map(({ benchmark, micro }) => [benchmark, micro.questions, micro.blind !== null])).toEqual([
      ['vsi-bench', 3, true],
      ['vsti-bench', 1, true],
    ]);
    expect(run.output).toMatch(/4 questions on 1 videos of real places/);
    expect(run.output).toMatch(/\| ATE before scale alignment, m (\| \d+\.\d\d ){3}\| 0\.00 \|/);
  });

  it('asks nothing again when it is resumed', async () => {
    const before = [await answersIn(out), await answersIn(join(out, 'given-camera'))];
    expect(before.map((text) => text.trim().split('\n').length)).toEqual([4, 4]);
    const resumed = evaluate('--resume');
    expect(await resumed.exitCode, resumed.output).toBe(0);
    expect([await answersIn(out), await answersIn(join(out, 'given-camera'))]).toEqual(before);
    expect(resumed.output).toMatch(/0 questions on 0 videos/);
    expect(resumed.output).toMatch(/\| ATE before scale alignment, m (\| \d+\.\d\d ){3}\| 0\.00 \|/);
  });

  it('is refused where its questions are about another clip, or its file says no path', async () => {
    const other = await DatasetFolder.create();
    await other.write('questions.json', [counting(1, 'elsewhere')]);
    const file = await other.write('scene.json', scene);
    await expect(openDataset(other.path)).rejects.toThrow(
      /questions\.json:2: the question is about rooms\/elsewhere, but the walk is of rooms\/walk/,
    );
    await other.write('scene.json', { ...scene, path: [] });
    await expect(openDataset(other.path)).rejects.toThrow(`${file}: `);
    await other.remove();
  });
});
