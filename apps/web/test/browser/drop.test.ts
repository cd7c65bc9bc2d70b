import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { PLACES, placesOf } from './places.js';
import { describePage, dropFiles, openPage, remembered } from './visitor.js';

/** None is a video, so that each is refused at once and leaves nothing. */
const NAMES = ['milk.mp4', 'eggs.mov', 'bread.webm'];

describePage('files that are dropped', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let video: string;
  const files = () => NAMES.map((name) => join(folder.path, name));
  beforeAll(async () => {
    folder = await temporaryFolder('drop');
    for (const file of files()) await writeFile(file, `${file} is no video`);
    video = `/videos/${(await remembered('walk-900009')).video.id}`;
  });
  afterAll(() => folder.remove());

  const tray = (page: Page) => page.getByRole('region', { name: texts.upload.title });
  /** Each file has its row, in which it is refused. */
  const expectAll = async (page: Page) => {
    for (const name of NAMES) {
      const row = tray(page).getByRole('article').filter({ hasText: name });
      await row.getByRole('alert').getByText(texts.problems['not-a-video']).waitFor();
    }
    expect(await tray(page).getByRole('article').count()).toBe(NAMES.length);
  };

  it.each(PLACES)('are taken, all of them, by every place: %s', async (name) => {
    const { path, shown } = placesOf(video)[name];
    const page = await openPage(path);
    await shown(page).waitFor();
    await dropFiles(page, files());
    await expectAll(page);
    await page.context().close();
  });

  /** Holds requests back. @returns lets them go */
  const holdBack = async (page: Page, isHeld: (url: URL) => boolean) => {
    const { promise, resolve } = Promise.withResolvers<null>();
    await page.route(isHeld, async (route) => {
      await promise;
      await route.continue();
    });
    return () => resolve(null);
  };

  it('are taken before the first script has come', async () => {
    const page = await openPage('about:blank');
    const letGo = await holdBack(page, ({ pathname }) => pathname.endsWith('.js'));
    await page.goto('/', { waitUntil: 'commit' });
    await page.locator('input[type=file]').waitFor({ state: 'attached' });
    await dropFiles(page, files());
    letGo();
    await expectAll(page);
    await page.context().close();
  });

  it.each(PLACES)('are taken while a place still loads: %s', async (name) => {
    const { path, shown } = placesOf(video)[name];
    const page = await openPage('about:blank');
    const document = await (await page.request.get('/', { headers: { accept: 'text/html' } })).text();
    // the scripts of a place come after those of the page, and so do the answers of the API
    const isLate = ({ pathname }: URL) =>
      pathname.startsWith('/v1/') || (pathname.endsWith('.js') && !document.includes(pathname));
    const letGo = await holdBack(page, isLate);
    await page.goto(path);
    await page.getByRole('navigation', { name: texts.placesLabel }).waitFor();
    await dropFiles(page, files());
    await expect.poll(() => tray(page).getByRole('article').count()).toBe(NAMES.length);
    letGo();
    await expectAll(page);
    await shown(page).waitFor();
    await page.context().close();
  });
});
