import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, waitFor } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { describePage, dropFile, openPage, sample } from './visitor.js';

/** How many bytes of the upload that the page has begun are kept. */
const KEPT = `(async () => {
  const name = Object.keys(localStorage).find((key) => key.startsWith('tus::'));
  if (name === undefined) return null;
  const headers = { authorization: 'Bearer dev', 'tus-resumable': '1.0.0' };
  const answer = await fetch(JSON.parse(localStorage[name]).uploadUrl, { method: 'HEAD', headers });
  return answer.headers.get('upload-offset');
})()`;

describePage('an upload', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let page: Page;
  beforeAll(async () => {
    folder = await temporaryFolder('upload');
  });
  afterAll(() => folder.remove());
  beforeEach(async () => {
    page = await openPage();
    // what is dropped before the page listens is opened by the browser
    await page.getByRole('button', { name: texts.library.add }).first().waitFor();
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

  it('of a folder says that its videos are wanted', async () => {
    await dropFile(page, folder.path);
    await tray().getByRole('alert').getByText(texts.upload.unreadable).waitFor();
  });

  /** The line of a page, as slow as given (bytes a second), or as fast as it is. */
  const setLine = async (uploadThroughput = -1, offline = false) => {
    const devtools = await page.context().newCDPSession(page);
    const line = { offline, latency: 0, downloadThroughput: -1, uploadThroughput };
    await devtools.send('Network.emulateNetworkConditions', line);
    return devtools;
  };
  /** Waits until a part of the sample walk is on its way, and the bar says so. */
  const sendPart = async (name: string) => {
    await setLine(400_000);
    await dropFile(page, sample(name));
    await tray().locator('[role=progressbar][aria-valuenow]:not([aria-valuenow="0"])').waitFor();
  };
  /** Waits until the API has kept what came before the break; the page knows the upload's address. */
  const keptBytes = () =>
    waitFor(async () => {
      const offset = await page.evaluate<string | null>(KEPT);
      return Number(offset) > 0 ? Number(offset) : null;
    });
  /** From which bytes on the page has sent parts. */
  const watchStarts = (): number[] => {
    const starts: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') starts.push(Number(request.headers()['upload-offset']));
    });
    return starts;
  };

  it('can be stopped on its way, and goes on where it stood', async () => {
    await sendPart('walk-900018');
    await tray()
      .getByText(/^[\d.]+ [kM]?B of [\d.]+ MB, [\d.]+ [kM]?B\/s$/)
      .waitFor();
    await tray()
      .getByRole('button', { name: texts.upload.stop('walk-900018.mp4') })
      .click();
    await tray()
      .getByText(/^Stopped at /)
      .waitFor();
    const kept = await keptBytes();
    const starts = watchStarts();
    await setLine();
    await tray().getByRole('button', { name: texts.upload.goOn }).click();
    await tray().getByText(texts.upload.done).waitFor();
    expect(starts).toEqual([kept]);
  });

  it('goes on where it stood when the page was loaded anew and the file is dropped again', async () => {
    await sendPart('walk-900017');
    await page.reload();
    const kept = await keptBytes();
    const starts = watchStarts();
    await dropFile(page, sample('walk-900017'));
    await tray().getByText(texts.upload.done).waitFor();
    expect(starts).toEqual([kept]);
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
