import { readFile } from 'node:fs/promises';
import { waitFor } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { describePage, openPage, remembered } from './visitor.js';

describePage('the map', () => {
  let page: Page;
  let memoryId: string;
  beforeAll(async () => {
    const { video, job } = await remembered('walk-900009');
    memoryId = job.memory_id;
    page = await openPage(`/videos/${video.id}/map`);
    await label().waitFor({ state: 'visible' });
  });
  afterAll(() => page.context().close());

  const scene = () => page.getByRole('img', { name: /^Map of/ });
  /** A label shows itself with the first picture of the scene. */
  const label = () => scene().locator('span:visible').first();

  /** Does something, and waits until the map looks otherwise. */
  const expectChange = async (act: () => Promise<void>) => {
    const before = await scene().screenshot();
    await act();
    await waitFor(async () => ((await scene().screenshot()).equals(before) ? null : true));
  };

  it('is seen from above', async () => {
    const top = page.getByText(texts.map.top);
    await expectChange(() => top.click());
    await expectChange(() => top.click());
  });

  it('is turned by dragging, which picks nothing', async () => {
    const { x, y, width, height } = (await scene().boundingBox())!;
    await expectChange(async () => {
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width / 4, y + height / 2, { steps: 4 });
      await page.mouse.up();
    });
    await page.getByText(texts.map.measure.how).waitFor();
  });

  it('has the camera look from where the player stands', async () => {
    await expectChange(() =>
      page.locator('video').evaluate((video: HTMLVideoElement) => {
        video.currentTime = video.duration / 2;
      }),
    );
  });

  it.each([
    ['ply', /^ply\n/],
    ['tum', /^[\d.]+( -?[\d.]+){7}\n/],
    ['json', /"unit": ?"m"/],
  ] as const)('is saved as a file for other tools: %s', async (format, content) => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: texts.map.downloads[format] }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(`${memoryId}.${format}`);
    expect(await readFile(await download.path(), 'latin1')).toMatch(content);
  });
});
