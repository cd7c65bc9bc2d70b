import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { texts as quiz } from '../../src/texts/quiz.js';
import { texts as results } from '../../src/texts/results.js';
import { describePage, openPage, playerTime, remembered } from './visitor.js';

const QUESTION = 'how tall is the door in inches';
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
/** What axe takes for serious. */
const SERIOUS = ['serious', 'critical'];

describePage('the page, for everybody', () => {
  let video: string;
  beforeAll(async () => {
    video = `/videos/${(await remembered('walk-900009')).video.id}`;
  });

  /** Every place, and what shows that it is drawn. */
  const places: [string, () => string, (page: Page) => Locator][] = [
    ['library', () => '/', (page) => page.getByRole('link', { name: /walk-900009$/ })],
    ['questions', () => `${video}/ask`, (page) => page.getByLabel(texts.ask.title)],
    ['map', () => `${video}/map`, (page) => page.getByRole('img', { name: /^Map of/ })],
    ['memory', () => `${video}/memory`, (page) => page.getByText(texts.video.memory.title)],
    ['quiz', () => '/quiz', (page) => page.getByRole('heading', { name: quiz.intro.title })],
    ['examples', () => '/examples', (page) => page.getByText('walk-900018').first()],
    [
      'results',
      () => '/results',
      (page) => page.getByRole('heading', { name: results.tasks.title('VSTI-Bench') }),
    ],
    ['system', () => '/system', (page) => page.getByText('Postgres')],
    ['an address that leads nowhere', () => '/nowhere', (page) => page.getByText(texts.lost.title)],
  ];

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    it.each(places)('has no serious finding of axe: %s', async (_name, path, shown) => {
      const page = await openPage(path(), { colorScheme });
      await shown(page).waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      await page.context().close();
      const serious = violations.filter(({ impact }) => SERIOUS.includes(impact ?? ''));
      const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
      expect(found).toEqual([]);
    });
  });

  it.each(places)('fits the width of a phone: %s', async (_name, path, shown) => {
    const page = await openPage(path(), PHONE);
    await shown(page).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.viewport.width);
    await page.context().close();
  });

  it('can be used with the keyboard alone, from the library to the moment of an answer', async () => {
    const page = await openPage();
    await tabTo(page, page.getByRole('link', { name: texts.skip }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('link', { name: /walk-900009$/ }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByLabel(texts.ask.title));
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Enter');
    const moment = page.getByRole('button', { name: /^Show .* in the video$/ }).last();
    await moment.waitFor();
    await tabTo(page, moment);
    await page.keyboard.press('Enter');
    expect(await moment.getAttribute('aria-label')).toBe(texts.ask.evidenceJump(await playerTime(page)));
    await page.context().close();
  });

  it('keeps the colours that one has chosen', async () => {
    const page = await openPage('/', { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: texts.theme.dark }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
    await page.context().close();
  });
});

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor({ state: 'attached' });
  const hasFocus = () => wanted.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if (await hasFocus()) return;
  }
  throw new Error('Tab does not lead there.');
}
