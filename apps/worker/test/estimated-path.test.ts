import { join } from 'node:path';
import { cameraSchema, type Camera } from '@loci/contracts';
import type { SubmitRequest } from '@loci/database';
import { WorkerHarness, type StoredClip } from '@loci/harness';
import { givenCamera, storedCamera } from '@loci/localization';
import { chunkPlan, chunkSizes, frameCount } from '@loci/pipeline';
import { mapKey } from '@loci/storage';
import { readTensors } from '@loci/tensors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drawWalk, FOV_DEG, HEIGHT_M, standing } from './drawn-walk.js';
import { BEGUN } from './harness.js';

/** Runs take half a minute on an idle machine; a busy one may take its time. */
const PATIENCE_MS = 900_000;
const SECONDS = 18;
const FPS = 2;
const [FROM_S, TO_S] = [3, 12];
const ASKS = [
  { question: `How far is the camera at ${TO_S} seconds from where it was at ${FROM_S} seconds?` },
  { question: `In which direction did the camera move from ${FROM_S} seconds to 5 seconds?` },
];

describe('a memory whose job has the camera’s path estimated', { timeout: PATIENCE_MS }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;

  beforeAll(async () => {
    harness = await WorkerHarness.open();
    const file = join(harness.folder, 'hall.mp4');
    await drawWalk(SECONDS, file);
    clip = await harness.storeClip(file);
  }, PATIENCE_MS);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  function cameraOf(told: Partial<Camera>): SubmitRequest['camera'] {
    const { manifest, keypoints, things } = harness.bundle;
    const frames = frameCount(clip.duration_s, FPS);
    const filmed = { ...clip, startS: clip.start_s, durationS: clip.duration_s, frames, fps: FPS };
    const camera = cameraSchema.parse({ path: 'estimated', ...told });
    return storedCamera(
      givenCamera(camera, filmed, manifest, keypoints?.sha256 ?? null, things?.sha256 ?? null),
      chunkPlan(frames, chunkSizes(manifest.sizes)),
    );
  }

  /** By the seconds of a frame, its camera’s place and the direction that it looks in: x, z of both. */
  async function wayOf(memoryId: string, chunks: number): Promise<Map<number, number[]>> {
    const way = new Map<number, number[]>();
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const { trajectory, times } = readTensors(await harness.store.get(mapKey(memoryId, chunk))).tensors;
      times?.data.forEach((tS, frame) => {
        const pose = trajectory?.data.subarray(16 * frame, 16 * frame + 16) ?? [];
        way.set(
          tS,
          [3, 11, 2, 10].map((cell) => pose[cell] ?? NaN),
        );
      });
    }
    return way;
  }

  it.each([
    ['through a lens that is told', { fov_deg: FOV_DEG }],
    ['through one that nobody knows', {}],
  ])('knows where the camera went, in metres, over several workers and a kill, %s', async (_, lens) => {
    const camera = cameraOf({ height_m: HEIGHT_M, ...lens });
    const submit = () => harness.submit(clip, ASKS, undefined, { camera });
    await harness.startWorker();
    const job = await submit();
    const undisturbed = await harness.result(job, PATIENCE_MS);
    expect(undisturbed.status).toBe('succeeded');

    const way = await wayOf(job.memory_id, camera?.chunks.length ?? 0);
    expect(way.size).toBe(frameCount(clip.duration_s, FPS));
    const start = standing(0);
    const [sine, cosine] = [Math.sin(start.yaw), Math.cos(start.yaw)];
    for (const [tS, [x = NaN, z = NaN, aheadX = NaN, aheadZ = NaN]] of way) {
      const truth = standing(tS);
      const [dx, dz] = [truth.x - start.x, truth.z - start.z];
      // in the first camera’s axes
      const [trueX, trueZ] = [cosine * dx - sine * dz, sine * dx + cosine * dz];
      expect(Math.hypot(x - trueX, z - trueZ), `place at ${tS} s`).toBeLessThan(0.5);
      const turn = Math.atan2(aheadX, aheadZ) - (truth.yaw - start.yaw);
      expect(Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn))), `turn at ${tS} s`).toBeLessThan(0.06);
    }
    const [from, to] = [standing(FROM_S), standing(TO_S)];
    const metres = Math.hypot(to.x - from.x, to.z - from.z);
    const [far] = undisturbed.answers as { value: number; unit: string; confidence: number }[];
    expect(far).toMatchObject({ unit: 'm', supported: true });
    expect(Math.abs((far?.value ?? NaN) / metres - 1)).toBeLessThan(0.15);
    expect(far?.confidence).toBeLessThan(1);

    await harness.killWorkers();
    const worker = await harness.startWorker();
    const again = await submit();
    await harness.waitForRow(BEGUN.remember, [again.memory_id], PATIENCE_MS);
    await worker.kill();
    await harness.startWorker();
    await harness.startWorker();
    expect(await harness.result(again, PATIENCE_MS)).toEqual(undisturbed);
    // what eyes saw stands in the maps, and is the same too
    for (const chunk of camera?.chunks.keys() ?? []) {
      const [first, second] = await Promise.all(
        [job, again].map(({ memory_id }) => harness.store.get(mapKey(memory_id, chunk))),
      );
      expect(readTensors(first ?? new Uint8Array()).tensors['likely']?.data.length).toBeGreaterThan(0);
      expect(first).toEqual(second);
    }
  });
});
