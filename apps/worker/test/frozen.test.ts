import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult, StoredClip, WorkerHarness, WorkerProcess } from '@loci/harness';
import { childrenOf, waitFor } from '@loci/testing';
import { ffmpegPath } from '@loci/video';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASKS, BEGUN, harnessWithClip } from './harness.js';

/** One chunk of the shipped model. */
const SECONDS = 10;
const DECODE_LIMIT_MS = 1500;
/** Each ffmpeg waits so long before it starts, so that it can be met at work. */
const PAUSE_S = 0.8;

describe.runIf(process.platform === 'linux')('a job succeeds all the same', { timeout: 300_000 }, () => {
  let harness: WorkerHarness;
  let clip: StoredClip;
  let undisturbed: RunResult;
  let environment: Record<string, string>;

  beforeAll(async () => {
    ({ harness, clip } = await harnessWithClip(SECONDS));
    const slowFfmpeg = join(harness.folder, 'ffmpeg');
    await writeFile(slowFfmpeg, `#!/bin/sh\nsleep ${PAUSE_S}\nexec "${ffmpegPath()}" "$@"\n`);
    await chmod(slowFfmpeg, 0o755);
    environment = { FFMPEG_PATH: slowFfmpeg, DECODE_LIMIT_MS: String(DECODE_LIMIT_MS), SWEEP_MS: '200' };
    await harness.startWorker(environment);
    undisturbed = await harness.result(await harness.submit(clip, ASKS));
    expect(undisturbed.status).toBe('succeeded');
    await harness.killWorkers();
  }, 300_000);
  afterAll(() => harness.close());
  afterEach(() => harness.killWorkers());

  /** The ffmpeg that decodes the chunk. */
  const decoder = (worker: WorkerProcess): Promise<number> =>
    waitFor(async () => {
      for (const pid of await childrenOf(worker.pid)) {
        const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        if (line.includes('rawvideo')) return pid;
      }
      return null;
    });

  it('when a worker and its ffmpeg stand still for longer than decoding may take', async () => {
    const worker = await harness.startWorker(environment);
    const job = await harness.submit(clip, ASKS);
    const ffmpeg = await decoder(worker);
    worker.signal('SIGSTOP');
    process.kill(ffmpeg, 'SIGSTOP');
    await delay(3 * DECODE_LIMIT_MS);
    worker.signal('SIGCONT');
    process.kill(ffmpeg, 'SIGCONT');
    expect(await harness.result(job)).toEqual(undisturbed);
    expect(worker.log).not.toContain('will be tried again');
  });

  it('when only ffmpeg stands still: it is started again', async () => {
    const worker = await harness.startWorker(environment);
    const job = await harness.submit(clip, ASKS);
    process.kill(await decoder(worker), 'SIGSTOP');
    expect(await harness.result(job)).toEqual(undisturbed);
  });

  it('when three workers in a row stand still on a chunk, and when they go on', async () => {
    const job = await harness.submit(clip, ASKS);
    const frozen: WorkerProcess[] = [];
    for (const earlier of [0, 1, 2]) {
      const worker = await harness.startWorker(environment);
      await harness.waitForRow(`${BEGUN.perceive} offset ${earlier}`, [job.memory_id]);
      worker.signal('SIGSTOP');
      frozen.push(worker);
    }
    await harness.startWorker(environment);
    expect(await harness.result(job)).toEqual(undisturbed);
    for (const worker of frozen) worker.signal('SIGCONT');
    const again = await harness.submit(clip, ASKS);
    expect(await harness.result(again)).toEqual(undisturbed);
    expect(await harness.result(job)).toEqual(undisturbed);
  });
});
