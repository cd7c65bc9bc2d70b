import { LociClient } from '@loci/client';
import type { Job, Video } from '@loci/contracts';
import { inRoot } from '@loci/host';
import { browserOffer } from '@loci/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';

const offer = browserOffer();

/** Within the header of the page. */
const EDGE_PX = 20;

/** A browser's own notes on answers of the API, which the page has to show in its own words. */
const ANSWERED = /Failed to load resource/;

/** What went wrong in a page without anybody seeing it. */
const faults: string[] = [];

let browser: Browser;

/** A group of tests with a browser; skipped where there is none. No script may fail in it. */
export function describePage(name: string, tests: () => void): void {
  describe.skipIf('missing' in offer)(name, () => {
    beforeAll(async () => {
      if (!('missing' in offer)) browser = await offer.start();
    });
    afterEach(() => expect(faults.splice(0)).toEqual([]));
    afterAll(() => browser.close());
    tests();
  });
}

/** Opens a tab of its own on the page. */
export async function openPage(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const baseURL = options.baseURL ?? inject('url');
  const context = await browser.newContext({ locale: 'en-GB', ...options, baseURL });
  const page = await context.newPage();
  watch(page, baseURL);
  await page.goto(path);
  return page;
}

/** Notes what goes wrong in a page. */
export function watch(page: Page, baseURL: string): void {
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !ANSWERED.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== baseURL)
      faults.push(`left the origin: ${url.href}`);
  });
}

/** The API of the stack, as the page sees it. */
export const client = (): LociClient => new LociClient(inject('url'), 'dev');

export const sample = (name: string): string => inRoot('samples', `${name}.mp4`);

/** A sample walk whose memory is being built. */
export async function submitted(name: string): Promise<{ video: Video; job: Job }> {
  const video = await client().upload(sample(name));
  const job = await client().submit({ video_id: video.id, metadata: { name: basename(sample(name)) } });
  return { video, job };
}

/** A sample walk with its memory. */
export async function remembered(name: string): Promise<{ video: Video; job: Job }> {
  const { video, job } = await submitted(name);
  return { video, job: await client().finished(job.id) };
}

/** Deletes what other files have brought. */
export async function emptyLibrary(): Promise<void> {
  for (const { id } of (await client().videos({ limit: 100 })).data) await client().deleteVideo(id);
}

/**
 * Drags files from the desktop onto the middle of the page, and lets go. On the way they come over something
 * else, and the middle is reached at the last moment: a hand is as fast.
 */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop', x: number, y: number) =>
    devtools.send('Input.dispatchDragEvent', { type, x, y, data });
  await send('dragEnter', width / 4, EDGE_PX);
  await send('dragOver', width / 2, height / 2);
  await send('drop', width / 2, height / 2);
  await devtools.detach();
}

export const dropFile = (page: Page, path: string): Promise<void> => dropFiles(page, [path]);

/** Where the player stands, in seconds. */
export const playerTime = (page: Page): Promise<number> =>
  page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
