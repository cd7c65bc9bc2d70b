import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, inRoot, runCommand } from '@loci/host';
import { sampleClips } from '@loci/local';
import { waitFor } from '@loci/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { KNOWN, remember, withPage, type PreparedPage } from './page/prepared-page.js';

const FOLDER = inRoot('docs', 'guide', 'page');
/** Of WebP, 0–100. */
const QUALITY = 78;
/** Thumbnails and charts come late; a page that is the same after so long has all of them. */
const STILL_MS = 1_500;
const SCREENS: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1280, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
const COLOURS = ['light', 'dark'] as const;
const SETTLED = `document.fonts.status === 'loaded' &&
  [...document.images].every(({ complete }) => complete)`;
const SHOW_VIEWS = `document.querySelector('main nav')?.scrollIntoView()`;
const QUESTIONS = ['how far is the bed from the door, in feet?', 'How many unicorns are there?'];

interface Place {
  name: string;
  path: string;
  /** What is done there before its picture is taken. */
  act?: (page: Page) => Promise<void>;
}

/** `npm run screenshots`: each place of the page, in both colours, on two screens, into docs/guide. */
await runCommand(
  (say) =>
    withPage(say, async (prepared) => {
      await mkdir(FOLDER, { recursive: true });
      await takeAll(prepared, [{ name: 'empty', path: '/' }]);
      for (const place of await fill(prepared)) await takeAll(prepared, [place]);
      say(`the pictures are in ${FOLDER}`);
      return 0;
    }),
  KNOWN,
);

/** Brings two walks, and gives the places that show them. */
async function fill({ client }: PreparedPage): Promise<Place[]> {
  const clips = await sampleClips();
  const [first, second] = clips;
  if (first === undefined || second === undefined) throw new CommandError('There are no sample clips.');
  await remember(client, second.file);
  const { video_id: video, memory_id: memory } = await remember(client, first.file);
  // the page has the newest answer first
  for (const question of [...QUESTIONS].reverse()) await client.ask(memory, { question });
  return [
    { name: 'library', path: '/' },
    { name: 'ask', path: `/videos/${video}/ask`, act: showMoment },
    { name: 'map', path: `/videos/${video}/map`, act: measure },
    { name: 'memory', path: `/videos/${video}/memory` },
    { name: 'examples', path: '/examples' },
    { name: 'results', path: '/results' },
    { name: 'system', path: '/system' },
    { name: 'lost', path: '/nowhere' },
    // at last, for its rounds give the workers something to do
    { name: 'quiz', path: '/quiz', act: beginRound },
  ];
}

async function takeAll({ browser, stack }: PreparedPage, places: readonly Place[]): Promise<void> {
  for (const place of places)
    for (const [screen, size] of Object.entries(SCREENS))
      for (const colorScheme of COLOURS) {
        const options = { ...size, colorScheme, baseURL: stack.url };
        await writeFile(
          `${FOLDER}/${place.name}-${screen}-${colorScheme}.webp`,
          await take(browser, place, options),
        );
      }
}

async function take(browser: Browser, { path, act }: Place, options: BrowserContextOptions): Promise<Buffer> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce', locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(path);
  await page.locator('main').getByRole('heading').first().waitFor();
  await act?.(page);
  // on a phone the question or the map is below the player
  if (options.isMobile === true) await page.evaluate(SHOW_VIEWS);
  // every picture and letter is there
  await waitFor(async () => ((await page.evaluate<boolean>(SETTLED)) ? true : null));
  const picture = await settledPicture(page);
  await context.close();
  return picture;
}

/** The picture of a page in which nothing has changed for a while. */
async function settledPicture(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  let before = Buffer.alloc(0);
  for (;;) {
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
    const picture = Buffer.from(data, 'base64');
    if (picture.equals(before)) return picture;
    before = picture;
    await delay(STILL_MS);
  }
}

/** Shows the first moment of the first answer. */
async function showMoment(page: Page): Promise<void> {
  const moment = page.getByRole('button', { name: /^Show .* in the video$/ }).first();
  await moment.waitFor();
  await moment.click();
  await page.evaluate('scrollTo(0, 0)');
}

/** Measures between the first two things of the list. */
async function measure(page: Page): Promise<void> {
  const things = page.getByRole('button', { name: /^Measure from or to/ });
  await things.first().waitFor();
  await page.getByRole('img', { name: /^Map of/ }).waitFor();
  for (const index of [0, 1]) await things.nth(index).click();
  await page.evaluate('scrollTo(0, 0)');
}

/** Begins a round of the quiz. */
async function beginRound(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  await page.locator('video').waitFor();
}
