import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quaternionOf, toTum } from '@loci/localization';
import { hasPythonModule, PYTHON, temporaryFolder } from '@loci/testing';
import { describe, expect, test } from 'vitest';
import { MapObjects } from '../src/memories/map-objects.js';
import { toPly } from '../src/memories/ply.js';

/** A turn by an angle about a unit axis, as a row-major 4×4 pose at (1, 2, 3). */
function turned([x, y, z]: [number, number, number], angle: number): number[] {
  const [c, s, t] = [Math.cos(angle), Math.sin(angle), 1 - Math.cos(angle)];
  return [
    ...[c + x * x * t, x * y * t - z * s, x * z * t + y * s, 1],
    ...[y * x * t + z * s, c + y * y * t, y * z * t - x * s, 2],
    ...[z * x * t - y * s, z * y * t + x * s, c + z * z * t, 3],
    ...[0, 0, 0, 1],
  ];
}

const AXES: [number, number, number][] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.6, 0, 0.8],
  [0.48, 0.6, 0.64],
];

describe('the quaternion of a pose', () => {
  test.each(AXES)('about %d, %d, %d is the turn that it was made of', (...axis) => {
    for (let degrees = -179; degrees <= 180; degrees += 1) {
      const half = (degrees * Math.PI) / 360;
      const made = [...axis.map((value) => value * Math.sin(half)), Math.cos(half)];
      const found = quaternionOf(turned(axis, 2 * half));
      const dot = found.reduce((sum, value, index) => sum + value * (made[index] ?? 0), 0);
      expect(Math.abs(dot)).toBeCloseTo(1, 9);
      expect(found[3]).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('an object', () => {
  /** A box of 0.4 × 0.8 × 0.2 m around (1, 0, 3), seen in frame 3 of 8, and one stray point in frame 1. */
  const chunk = () => {
    const points: number[] = [];
    for (let i = 0; i < 200; i += 1)
      points.push(0.8 + 0.4 * ((i % 20) / 19), -0.4 + 0.8 * (i / 199), 2.9 + 0.2 * ((i % 7) / 6));
    points.push(1.9, 0, 3.1);
    const n = points.length / 3;
    return {
      points: Float32Array.from(points),
      rgb: new Uint8Array(3 * n),
      category: new Int32Array(n).fill(1),
      frame: new Int32Array(n).fill(3).fill(1, n - 1),
      trajectory: new Float32Array(8 * 16),
      times: Float32Array.from({ length: 8 }, (_, frame) => frame / 2),
      landmarks: null,
      glimpses: null,
      shots: null,
    };
  };
  const names = { categories: ['wall', 'chair'], calibration: {}, startS: 5 };
  /** With glimpses of a wall, of a chair elsewhere, and twice of one beside x 1, z 3. */
  const known = (...landmarks: number[]) => ({
    landmarks: Float32Array.from(landmarks),
    glimpses: Float32Array.of(0, 1, 3, 1, 1, 9, 9, 2, 1, -0.4, 3, 3, 1, 0.4, 3, 4),
  });

  test('has the landmark’s place, and height and extent of its points without strays', () => {
    const objects = new MapObjects(known(1, 1, 3, 0.5), 2);
    objects.see(chunk());
    const [chair] = objects.list(names);
    expect(chair).toMatchObject({ category: 'chair', confidence: 0.5, first_seen_s: 6.5 });
    expect(chair?.position.map((value) => value.toFixed(1))).toEqual(['1.0', '0.0', '3.0']);
    const [width = 0, height = 0, depth = 0] = chair?.size ?? [];
    // odds of 1 to 1, where 3 are even odds for a chair
    expect(objects.list({ ...names, calibration: { landmarks: { chair: 3 } } })[0]?.confidence).toBe(0.25);
    expect(width).toBeGreaterThan(0.35);
    expect(width).toBeLessThanOrEqual(0.41);
    expect(height).toBeCloseTo(0.8 * 0.9, 1);
    expect(depth).toBeCloseTo(0.2, 1);
  });

  test('takes the points that are nearest to it, and of its category', () => {
    const objects = new MapObjects(known(1, 1, 3, 0.5, 1, 1.8, 3, 0.4, 0, 1, 3, 0.9), 2);
    objects.see(chunk());
    expect(objects.list(names).map(({ size, first_seen_s }) => [size === null, first_seen_s])).toEqual([
      [false, 6.5],
      [true, 7],
    ]);
  });

  test('of a long video is as large as the points show that are kept of it', () => {
    const objects = new MapObjects(known(1, 1, 3, 0.5), 2);
    for (let i = 0; i < 50; i += 1) objects.see(chunk());
    const [chair] = objects.list(names);
    expect(chair?.size?.[1]).toBeCloseTo(0.8 * 0.9, 1);
  });
});

/** Runs a line of Python on a file, and gives what it prints as JSON. */
async function read(bytes: Buffer | string, code: string): Promise<unknown> {
  const folder = await temporaryFolder('export');
  const file = join(folder.path, 'export');
  await writeFile(file, bytes);
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', `import json, sys; ${code}`, file]);
  await folder.remove();
  expect(status, stderr.toString()).toBe(0);
  return JSON.parse(stdout.toString());
}

test.skipIf(!hasPythonModule('plyfile'))('plyfile reads the points with their colours', async () => {
  const points = [
    { position: [1, -2, 3.5] as [number, number, number], rgb: [1, 2, 255] as [number, number, number] },
    { position: [0, 0, 0] as [number, number, number], rgb: [0, 128, 0] as [number, number, number] },
  ];
  const code =
    'import plyfile; v = plyfile.PlyData.read(sys.argv[1])["vertex"]; ' +
    'print(json.dumps([[float(p[n]) for n in ("x","y","z","red","green","blue")] for p in v]))';
  expect(await read(toPly({ points }), code)).toEqual(
    points.map(({ position, rgb }) => [...position, ...rgb]),
  );
});

test.skipIf(!hasPythonModule('open3d'))('Open3D opens the points with their colours', async () => {
  const points = Array.from({ length: 50 }, (_, index) => ({
    position: [index / 8, -index / 4, 3.5] as [number, number, number],
    rgb: [index, 255 - index, 128] as [number, number, number],
  }));
  const code =
    'import open3d, numpy; c = open3d.io.read_point_cloud(sys.argv[1], format="ply"); ' +
    'print(json.dumps(numpy.hstack([c.points, numpy.round(numpy.array(c.colors) * 255)]).tolist()))';
  expect(await read(toPly({ points }), code)).toEqual(
    points.map(({ position, rgb }) => [...position, ...rgb]),
  );
});

test.skipIf(!hasPythonModule('evo'))('evo reads the trajectory, pose by pose', async () => {
  const poses = AXES.map((axis, index) => ({ tS: index / 2, pose: turned(axis, 0.7) }));
  const code =
    'from evo.tools import file_interface as f; t = f.read_tum_trajectory_file(sys.argv[1]); ' +
    'print(json.dumps([t.timestamps.tolist(), [p.flatten().tolist() for p in t.poses_se3]]))';
  const [times, matrices] = (await read(toTum([...poses].reverse()), code)) as [number[], number[][]];
  expect(times).toEqual(poses.map(({ tS }) => tS));
  matrices.flat().forEach((value, index) => {
    expect(value).toBeCloseTo(poses.flatMap(({ pose }) => pose)[index] ?? NaN, 4);
  });
});
