import { readPidFiles, waitFor } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { client, describePage, emptyLibrary, openPage, submitted } from './visitor.js';

/** A walk long enough to break something while it is remembered. */
const WALK = 'walk-900014';

/** Kills a process of the stack, which starts it again. */
async function kill(service: 'api' | 'worker-1'): Promise<void> {
  const pid = await waitFor(async () => (await readPidFiles(inject('dataDir')))[service] ?? null);
  process.kill(pid, 'SIGKILL');
}

/** Waits until a chunk more than `than` is remembered. Resolves to how many are. */
async function chunksBeyond(page: Page, than: number): Promise<number> {
  return waitFor(async () => {
    const text = await page.getByText(/^\d+ of \d+ chunks remembered/).innerText();
    const done = Number.parseInt(text, 10);
    return done > than ? done : null;
  });
}

const bar = (page: Page) => page.getByRole('progressbar', { name: texts.video.building.label });

describePage('a memory that is built before one’s eyes', () => {
  let page: Page;
  let videoId: string;
  let jobId: string;
  let done: number;

  // a walk that another file has brought has its memory already
  beforeAll(emptyLibrary);
  beforeEach(async () => {
    const { video, job } = await submitted(WALK);
    [videoId, jobId] = [video.id, job.id];
    page = await openPage(`/videos/${videoId}`);
    done = await chunksBeyond(page, 0);
  });
  afterEach(async () => {
    await page.context().close();
    await client().deleteVideo(videoId);
  });

  /** The page shows that the memory is there, and the service says so too. */
  const expectMemory = async () => {
    await bar(page).waitFor({ state: 'detached' });
    await page.getByLabel(texts.ask.title).waitFor();
    expect((await client().job(jobId)).status).toBe('succeeded');
  };

  it('goes on where it was after a reload', async () => {
    await page.reload();
    expect(await chunksBeyond(page, done)).toBeGreaterThan(done);
    await expectMemory();
  });

  it('goes on when the worker is killed', async () => {
    await kill('worker-1');
    expect(await chunksBeyond(page, done)).toBeGreaterThan(done);
    await expectMemory();
  });

  it('says that the connection broke when the API is killed, and follows again when it is back', async () => {
    await kill('api');
    await page.getByText(texts.away).waitFor();
    await page.getByText(texts.away).waitFor({ state: 'detached' });
    await expectMemory();
  });

  it('can be stopped, and begun again', async () => {
    await page.getByRole('button', { name: texts.video.building.cancel, exact: true }).click();
    await page.getByText(texts.video.building.canceled).waitFor();
    expect((await client().job(jobId)).status).toBe('canceled');
    await page.getByRole('button', { name: texts.video.building.again }).click();
    await bar(page).waitFor();
  });
});
