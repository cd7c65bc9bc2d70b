import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '@loci/host';
import { sampleClips } from '@loci/local';
import { temporaryFolder, waitFor } from '@loci/testing';
import type { Page } from 'playwright-core';
import { loopedClip } from './looped-clip.js';
import { KNOWN, remember, withPage, type PreparedPage } from './page/prepared-page.js';

const WANTED = { cardMs: 300, heapMB: 150, clickMs: 100 };
const QUESTIONS = ['number of doors?', 'how tall is the door in inches', 'how far is the bed from the door?'];
const VIEWS = ['Memory', 'Map', 'Ask'];

/** Notes when each answer card is drawn; `performance.now()` is the clock of resource timings, too. */
const WATCH_CARDS = `window.cards = []; new MutationObserver(() => {
  const count = document.querySelectorAll('article').length;
  if (count > cards.length) requestAnimationFrame(() => cards.push(performance.now()));
}).observe(document.body, { childList: true, subtree: true })`;
const CARD_MS = `cards.at(-1) - performance.getEntriesByType('resource')
  .findLast(({ name }) => name.endsWith('/questions')).responseEnd`;

/** The browser's own times of clicks, until the next picture. It tells none below 16 ms. */
const WATCH_CLICKS = `window.clicks = [0]; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.name === 'click') clicks.push(entry.duration);
}).observe({ type: 'event', durationThreshold: 16, buffered: true })`;

/**
 * `npm run bench:page [-- --minutes 60] [--fps 0.5]`: how soon an answer is seen after the API has given it,
 * and what the page of a long video costs. The video is all sample walks, again and again, sampled at `fps`.
 */
await runCommand(async (say) => {
  const { minutes, fps } = readSizes();
  const folder = await temporaryFolder('bench-page');
  try {
    return await withPage(say, async (prepared) => {
      const [clip] = await sampleClips();
      if (clip === undefined) throw new CommandError('There is no sample clip.');
      const short = await remember(prepared.client, clip.file);
      const cardMs = await measureCards(prepared, short.video_id);
      say(`remembering a video of ${minutes} minutes at ${fps} frames a second`);
      const long = await remember(prepared.client, await loopedClip(minutes * 60, folder.path), fps);
      const { heapMB, clickMs } = await measureViews(prepared, long.video_id);
      console.log(`an answer is seen after ${cardMs.toFixed(0)} ms (≤ ${WANTED.cardMs})`);
      console.log(`script heap of ${minutes} minutes: ${heapMB.toFixed(0)} MB (≤ ${WANTED.heapMB})`);
      console.log(`slowest click there: ${clickMs.toFixed(0)} ms (≤ ${WANTED.clickMs})`);
      return cardMs <= WANTED.cardMs && heapMB <= WANTED.heapMB && clickMs <= WANTED.clickMs ? 0 : 1;
    });
  } finally {
    await folder.remove();
  }
}, KNOWN);

/** @throws CommandError for an argument that is no number */
function readSizes(): { minutes: number; fps: number } {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '60' }, fps: { type: 'string', default: '0.5' } },
  });
  const [minutes, fps] = [Number(values.minutes), Number(values.fps)];
  if (!(minutes > 0 && fps > 0)) throw new CommandError('--minutes and --fps must be numbers above 0.');
  return { minutes, fps };
}

/** The longest time from the end of the API's answer until its card stands in the page. */
async function measureCards({ browser, stack }: PreparedPage, video: string): Promise<number> {
  const page = await browser.newPage({ baseURL: stack.url });
  await page.goto(`/videos/${video}/ask`);
  await page.getByRole('textbox').first().waitFor();
  await page.evaluate(WATCH_CARDS);
  const times: number[] = [];
  for (const [index, question] of QUESTIONS.entries()) {
    await page.getByRole('textbox').first().fill(question);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await waitFor(async () => ((await page.evaluate<boolean>(`cards.length > ${index}`)) ? true : null));
    times.push(await page.evaluate<number>(CARD_MS));
  }
  await page.close();
  return Math.max(...times);
}

/** Goes through the views of a video. The heap is the largest that was seen, without collecting before. */
async function measureViews(
  { browser, stack }: PreparedPage,
  video: string,
): Promise<{ heapMB: number; clickMs: number }> {
  const page = await browser.newPage({ baseURL: stack.url });
  await page.goto(`/videos/${video}/ask`);
  await page.getByRole('textbox').first().waitFor();
  await page.evaluate(WATCH_CLICKS);
  const heaps: number[] = [];
  for (const view of VIEWS) {
    await page.getByRole('link', { name: view, exact: true }).click();
    await page.waitForLoadState('networkidle');
    heaps.push(await heapOf(page));
  }
  const clickMs = await page.evaluate<number>('Math.max(...clicks)');
  await page.close();
  return { heapMB: Math.max(...heaps), clickMs };
}

async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  await devtools.detach();
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / 1e6;
}
