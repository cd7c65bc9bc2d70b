import type { Locator, Page } from 'playwright-core';
import { countDraws, measureMap, type MapFrames } from './map-frames.js';
import type { PreparedPage } from './prepared-page.js';
import { WatchedPage, type Click } from './watched-page.js';

/** How often everything is clicked. */
const ROUNDS = 3;
/** Views that are opened without waiting for the one before. */
const HASTE = ['Map', 'Ask', 'Memory', 'Map', 'Ask'];

/** By what one sees that a click was taken. */
const SIGNS = {
  view: `document.querySelector('nav[aria-label="What to look at"] [aria-current]')?.textContent`,
  video: `document.querySelector('main h1')?.textContent`,
  place: `document.querySelector('header nav [aria-current]')?.textContent`,
  moment: `document.querySelector('main input[type=range]')?.value`,
  checked: `document.querySelectorAll('main input:checked').length`,
  measured: `document.querySelector('main [role=status]')?.textContent`,
  asking: `document.querySelector('main form button[type=submit]')?.textContent`,
};

export interface Views {
  heapMB: number;
  clicks: Click[];
  map: MapFrames;
}

/** Clicks all that the page of a video offers, in rounds, and turns its map. */
export async function measureViews({ browser, stack }: PreparedPage, video: string): Promise<Views> {
  const page = await browser.newPage({ baseURL: stack.url });
  await countDraws(page);
  await page.goto(`/videos/${video}/ask`);
  const parts = partsOf(page);
  await parts.suggested.first().waitFor();
  const watched = await WatchedPage.watch(page);
  for (let round = 0; round < ROUNDS; round += 1) await clickRound(watched, parts, video, round);
  const clicks = await watched.clicks();
  await parts.view('Map').click();
  await parts.label.waitFor();
  const map = await measureMap(page);
  await page.close();
  return { heapMB: watched.heapMB, clicks, map };
}

/** What there is to click. */
function partsOf(page: Page) {
  const scene = page.getByRole('img', { name: /^Map of/ });
  return {
    view: (name: string) => page.getByRole('link', { name, exact: true }),
    card: (video: string) => page.locator(`main a[href="/videos/${video}"]`).first(),
    suggested: page.getByRole('group', { name: 'Try one of these' }).getByRole('button'),
    answers: page.getByRole('article'),
    pictures: page.getByRole('button', { name: /show it in the video$/ }),
    evidence: page.getByRole('button', { name: /^Show .* in the video$/ }),
    things: page.getByRole('button', { name: /^Measure from or to/ }),
    timeline: page.getByRole('group', { name: 'Moment of the video' }),
    scene,
    /** A label of the scene shows itself with the first picture that is drawn. */
    label: scene.locator('span:visible').first(),
    text: (words: string) => page.getByText(words),
  };
}

/** Everything once, at leisure but for the last views; each round clicks other things. */
async function clickRound(
  watched: WatchedPage,
  parts: ReturnType<typeof partsOf>,
  video: string,
  round: number,
): Promise<void> {
  const { view, pictures, things, scene, timeline, suggested, answers, evidence, label, text } = parts;
  const open = (name: string) => watched.click({ what: name, where: view(name), sign: SIGNS.view });
  await open('Memory');
  await pictures.first().locator('img').waitFor();
  await watched.weigh();
  const picture = pictures.nth(-1 - round);
  await watched.click({ what: 'a picture of the memory', where: picture, sign: SIGNS.moment });
  await open('Map');
  await parts.label.waitFor();
  await watched.weigh();
  const measure = (what: string, where: Locator) => watched.click({ what, where, sign: SIGNS.measured });
  await watched.click({ what: 'From above', where: text('From above'), sign: SIGNS.checked });
  await measure('a thing', things.nth(round));
  await measure('another thing', things.nth(round + 3));
  await watched.click({
    what: 'a thing in the map',
    where: scene,
    // from above, a label stands in the middle of its thing
    position: await middleIn(scene, label),
    sign: SIGNS.measured,
  });
  await open('Ask');
  const answered = await answers.count();
  const question = suggested.nth(round % (await suggested.count()));
  await watched.click({ what: 'a question', where: question, sign: SIGNS.asking });
  await answers.nth(answered).waitFor();
  await watched.click({
    what: 'a moment of the timeline',
    where: timeline,
    position: await within(timeline, (round + 1) / (ROUNDS + 2), 1 / 8),
    sign: SIGNS.moment,
  });
  await watched.click({ what: 'evidence', where: evidence.first(), sign: SIGNS.moment });
  await watched.click({ what: 'as of this moment', where: text('As of').first(), sign: SIGNS.checked });
  await watched.weigh();
  for (const name of HASTE)
    await watched.click({ what: `${name}, at once`, where: view(name), sign: SIGNS.view });
  await suggested.first().waitFor();
  await watched.click({ what: 'Examples', where: view('Examples'), sign: SIGNS.place });
  await watched.click({ what: 'Library', where: view('Library').first(), sign: SIGNS.place });
  await watched.click({ what: 'the video', where: parts.card(video), sign: SIGNS.video });
  await suggested.first().waitFor();
  await watched.weigh();
}

/** A place in something, by shares of its width and height, in pixels. */
async function within(where: Locator, across: number, down: number): Promise<{ x: number; y: number }> {
  const { width, height } = await boxOf(where);
  return { x: width * across, y: height * down };
}

/** Where the middle of `part` lies in `whole`, in pixels. */
async function middleIn(whole: Locator, part: Locator): Promise<{ x: number; y: number }> {
  const [around, inside] = [await boxOf(whole), await boxOf(part)];
  return {
    x: inside.x + inside.width / 2 - around.x,
    y: inside.y + inside.height / 2 - around.y,
  };
}

const boxOf = async (where: Locator) => (await where.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
