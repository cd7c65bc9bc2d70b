import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '@loci/host';
import { sampleClips } from '@loci/local';
import { temporaryFolder, waitFor } from '@loci/testing';
import { loopedClip } from './looped-clip.js';
import { measureViews } from './page/clicks.js';
import { KNOWN, remember, withPage, type PreparedPage } from './page/prepared-page.js';
import { median } from './statistics.js';

const WANTED = { cardMs: 300, heapMB: 150, clickMs: 100 };
const QUESTIONS = ['number of doors?', 'how tall is the door in inches', 'how far is the bed from the door?'];
/** Slow clicks that are told by name. */
const TOLD = 3;

/** Notes when each answer card is drawn; `performance.now()` is the clock of resource timings, too. */
const WATCH_CARDS = `window.cards = []; new MutationObserver(() => {
  const count = document.querySelectorAll('article').length;
  if (count > cards.length) requestAnimationFrame(() => cards.push(performance.now()));
}).observe(document.body, { childList: true, subtree: true })`;
const CARD_MS = `cards.at(-1) - performance.getEntriesByType('resource')
  .findLast(({ name }) => name.endsWith('/questions')).responseEnd`;

/**
 * `npm run bench:page [-- --minutes 60] [--fps 1]`: how soon an answer is seen after the API has given it,
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
      const { heapMB, clicks, map } = await measureViews(prepared, long.video_id);
      const slowest = [...clicks].sort((a, b) => b.ms - a.ms).slice(0, TOLD);
      const clickMs = slowest[0]?.ms ?? Number.NaN;
      console.log(`an answer is seen after ${cardMs.toFixed(0)} ms (≤ ${WANTED.cardMs})`);
      console.log(`script heap of ${minutes} minutes: ${heapMB.toFixed(0)} MB (≤ ${WANTED.heapMB})`);
      const told = slowest.map(({ what, ms }) => `${ms.toFixed(0)} ms (${what})`).join(', ');
      const middle = median(clicks.map(({ ms }) => ms)).toFixed(0);
      console.log(`${clicks.length} clicks there: median ${middle} ms, slowest ${told}; ≤ ${WANTED.clickMs}`);
      console.log(
        `the map while it is turned, per picture: ${map.scriptMs.toFixed(1)} ms of script, ` +
          `${map.drawCalls.toFixed(0)} draw calls, ${map.allocatedKB.toFixed(1)} kB allocated ` +
          `(over ${map.frames} pictures); pictures drawn while it is still: ${map.still}`,
      );
      return cardMs <= WANTED.cardMs && heapMB <= WANTED.heapMB && clickMs <= WANTED.clickMs ? 0 : 1;
    });
  } finally {
    await folder.remove();
  }
}, KNOWN);

/** @throws CommandError for an argument that is no number */
function readSizes(): { minutes: number; fps: number } {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '60' }, fps: { type: 'string', default: '1' } },
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
