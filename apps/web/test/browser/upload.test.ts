import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { describePage, dropFile, openPage, sample } from './visitor.js';

describePage('an upload', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let page: Page;
  beforeAll(async () => {
    folder = await temporaryFolder('upload');
  });
  afterAll(() => folder.remove());
  beforeEach(async () => {
    page = await openPage();
  });
  afterEach(() => page.context().close());

  const tray = () => page.getByRole('region', { name: texts.upload.title });

  it('of a file that is no video is refused in a clear sentence', async () => {
    const file = join(folder.path, 'shopping.mp4');
    await writeFile(file, 'milk, eggs, bread');
    await dropFile(page, file);
    await tray().getByRole('alert').getByText(texts.problems['not-a-video']).waitFor();
    await tray()
      .getByRole('button', { name: texts.upload.dismiss('shopping.mp4') })
      .click();
    await tray().waitFor({ state: 'detached' });
  });

  it('can be canceled on its way, and sent again', async () => {
    const devtools = await page.context().newCDPSession(page);
    const line = { offline: false, latency: 0, downloadThroughput: -1 };
    await devtools.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: 100_000 });
    await dropFile(page, sample('walk-900010'));
    await tray()
      .getByRole('button', { name: texts.upload.cancel('walk-900010.mp4') })
      .click();
    await tray().getByText(texts.upload.canceled).waitFor();
    await devtools.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: -1 });
    await tray().getByRole('button', { name: texts.upload.again }).click();
    await tray().getByText(texts.upload.done).waitFor();
  });

  it('of a picked file works like that of a dropped one', async () => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: texts.library.add }).click();
    await (await chooser).setFiles(sample('walk-900009'));
    await tray().getByText(texts.upload.done).waitFor();
    await page
      .getByRole('link', { name: /walk-900009$/ })
      .first()
      .waitFor();
  });
});
