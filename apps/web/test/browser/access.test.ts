import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { PLACES, placesOf } from './places.js';
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

  const place = (name: (typeof PLACES)[number]) => placesOf(video)[name];

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    it.each(PLACES)('has no serious finding of axe: %s', async (name) => {
      const { path, shown } = place(name);
      const page = await openPage(path, { colorScheme });
      await shown(page).waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      await page.context().close();
      const serious = violations.filter(({ impact }) => SERIOUS.includes(impact ?? ''));
      const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
      expect(found).toEqual([]);
    });
  });

  it.each(PLACES)('fits the width of a phone: %s', async (name) => {
    const { path, shown } = place(name);
    const page = await openPage(path, PHONE);
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
