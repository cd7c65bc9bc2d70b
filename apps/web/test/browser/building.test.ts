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

/** How many chunks are remembered, as the page tells it; 0 while it tells nothing. */
async function chunksTold(page: Page): Promise<number> {
  const [text] = await page.getByText(/^\d+ of \d+ chunks remembered/).allInnerTexts();
  return Number.parseInt(text ?? '0', 10);
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
    done = await waitFor(async () => (await chunksTold(page)) || null);
  });
  afterEach(async () => {
    await page.context().close();
    await client().deleteVideo(videoId);
  });

  /** Waits until more chunks are remembered than before. The last ones may be told with the end. */
  const expectMore = async () => {
    const more = await waitFor(async () => {
      const told = await chunksTold(page);
      if (told > done) return told;
      const { status, progress } = await client().job(jobId);
      return status === 'succeeded' ? progress.chunks_remembered : null;
    });
    expect(more).toBeGreaterThan(done);
  };

  /** The page shows that the memory is there, and the service says so too. */
  const expectMemory = async () => {
    await bar(page).waitFor({ state: 'detached' });
    await page.getByLabel(texts.ask.title).waitFor();
    expect((await client().job(jobId)).status).toBe('succeeded');
  };

  it('goes on where it was after a reload', async () => {
    await page.reload();
    await expectMore();
    await expectMemory();
  });

  it('goes on when the worker is killed', async () => {
    await kill('worker-1');
    await expectMore();
    await expectMemory();
  });

  it('says that the connection broke when the API is killed, and follows again when it is back', async () => {
    await kill('api');
    await page.getByText(texts.away).waitFor();
    await page.getByText(texts.away).waitFor({ state: 'detached' });
    await expectMemory();
  });

  it('says about how long it still takes', async () => {
    await page.getByText(/, about \d+ (seconds?|minutes?) left$/).waitFor();
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
