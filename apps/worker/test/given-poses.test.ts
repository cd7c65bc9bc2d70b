import { readFile } from 'node:fs/promises';
import { cameraSchema, type Camera } from '@loci/contracts';
import type { SubmitRequest } from '@loci/database';
import { sampleClip, WorkerHarness, type StoredClip } from '@loci/harness';
import { inRoot } from '@loci/host';
import { givenCamera, storedCamera } from '@loci/localization';
import { chunkPlan, chunkSizes, frameCount } from '@loci/pipeline';
import { mapKey } from '@loci/storage';
import { readTensors } from '@loci/tensors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ASKS, BEGUN } from './harness.js';

/** Runs take seconds on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 300_000;
const FPS = 2;

const truthSchema = z.object({
  scene_name: z.string(),
  /** x, z, yaw in the world of the first frame, twice a second. */
  path: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

/** The camera of a sample clip as it was drawn. */
async function trueCamera(): Promise<Camera> {
  const { path } = z
    .array(truthSchema)
    .min(1)
    .parse(JSON.parse(await readFile(inRoot('samples', 'truths.json'), 'utf8')))[0]!;
  const poses = path.map(([x, z, yaw], frame) => ({
    t_s: frame / FPS,
    position: [x, 0, z],
    quaternion: [0, Math.sin(yaw / 2), 0, Math.cos(yaw / 2)],
  }));
  return cameraSchema.parse({ trajectory: { format: 'json', poses } });
}

describe('a memory whose job gives the camera’s poses', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let camera: Camera;
  let stored: SubmitRequest['camera'];

  beforeAll(async () => {
    harness = await WorkerHarness.open();
    clip = await harness.storeClip(await sampleClip());
    camera = await trueCamera();
    const { manifest } = harness.bundle;
    const frames = frameCount(clip.duration_s, FPS);
    const filmed = { ...clip, startS: clip.start_s, durationS: clip.duration_s, frames, fps: FPS };
    stored = storedCamera(
      givenCamera(camera, filmed, manifest),
      chunkPlan(frames, chunkSizes(manifest.sizes)),
    );
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  const submit = () => harness.submit(clip, ASKS, undefined, { camera: stored });

  /** The camera’s way as the map has it: x, z and the direction it looks in, by the frame’s time. */
  async function wayOf(memoryId: string): Promise<Map<number, number[]>> {
    const way = new Map<number, number[]>();
    for (const chunk of (stored?.chunks ?? []).keys()) {
      const { trajectory, times } = readTensors(await harness.store.get(mapKey(memoryId, chunk))).tensors;
      times?.data.forEach((tS, frame) => {
        const pose = trajectory?.data.subarray(16 * frame, 16 * frame + 16) ?? [];
        way.set(
          tS,
          [3, 7, 11, 2, 10].map((cell) => pose[cell] ?? NaN),
        );
      });
    }
    return way;
  }

  it('stands where they say, over several workers and a kill, with the same digest and answers', async () => {
    await harness.startWorker();
    const job = await submit();
    const undisturbed = await harness.result(job);
    expect(undisturbed.status).toBe('succeeded');

    const way = await wayOf(job.memory_id);
    expect(way.size).toBeGreaterThan(40);
    const { trajectory } = camera;
    const poses = trajectory?.format === 'json' ? trajectory.poses : [];
    for (const { t_s, position, quaternion } of poses.filter(({ t_s }) => way.has(t_s))) {
      const yaw = 2 * Math.atan2(quaternion[1], quaternion[3]);
      const wanted = [...position, Math.sin(yaw), Math.cos(yaw)];
      way.get(t_s)?.forEach((value, index) => expect(value).toBeCloseTo(wanted[index] ?? NaN, 4));
    }

    await harness.killWorkers();
    const worker = await harness.startWorker();
    const again = await submit();
    await harness.waitForRow(BEGUN.remember, [again.memory_id]);
    await worker.kill();
    await harness.startWorker();
    await harness.startWorker();
    expect(await harness.result(again)).toEqual(undisturbed);
  });

  it('measures between them how far the camera moved', async () => {
    await harness.startWorker();
    const ask = { question: 'How far is the camera at 12 seconds from where it was at 4 seconds?' };
    const { answers } = await harness.result(
      await harness.submit(clip, [ask], undefined, { camera: stored }),
    );
    const { trajectory } = camera;
    const poses = trajectory?.format === 'json' ? trajectory.poses : [];
    const [from, to] = [4, 12].map((seconds) => poses.find(({ t_s }) => t_s === seconds)?.position ?? []);
    const metres = Math.hypot(...[0, 1, 2].map((axis) => (to?.[axis] ?? NaN) - (from?.[axis] ?? NaN)));
    expect(metres).toBeGreaterThan(0.5);
    expect(answers).toMatchObject([
      { supported: true, unit: 'm', value: expect.closeTo(metres, 2) as number },
    ]);
  });

  it('is another memory than that of the clip alone', async () => {
    await harness.startWorker();
    const [given, alone] = [await submit(), await harness.submit(clip, ASKS)];
    expect((await harness.result(given)).digest).not.toBe((await harness.result(alone)).digest);
  });
});
