import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { texts as examples } from '../../src/texts/examples.js';
import { texts as results } from '../../src/texts/results.js';
import { texts as system } from '../../src/texts/system.js';
import { describePage, openPage } from './visitor.js';

describePage('the places beside the library', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage();
  });
  afterAll(() => page.context().close());

  const go = (name: string) => page.getByRole('link', { name, exact: true }).click();

  it('has six worked examples or more, one of which is wrong and says why', async () => {
    await go(texts.places.examples);
    const cards = page.getByRole('article');
    await cards.first().waitFor();
    expect(await cards.count()).toBeGreaterThanOrEqual(6);
    expect(await cards.filter({ hasText: examples.why }).count()).toBeGreaterThanOrEqual(1);
  });

  it('opens an example in its video', async () => {
    const card = page.getByRole('article').first();
    const [, clip = ''] = / on (.+)$/.exec(await card.getByText(/ on walk-/).innerText()) ?? [];
    await card.getByRole('button', { name: examples.open }).click();
    await page.waitForURL(/\/videos\/[^/]+\/ask$/);
    await page.getByRole('heading', { level: 1, name: clip.replace(/\.\w+$/, '') }).waitFor();
    await page.locator('video').waitFor();
  });

  it('says in the first line of the results in which world they were measured', async () => {
    await go(texts.places.results);
    const first = page.getByRole('main').getByRole('paragraph').first();
    await first.getByText(results.world.drawn).waitFor();
  });

  it('draws the results, and tells the figures to the pointer', async () => {
    const chart = page.getByRole('figure').first();
    const bar = chart.locator('svg .mark-rect path').first();
    await bar.waitFor({ state: 'attached' });
    const { x, y, width, height } = (await bar.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await chart.locator('dl').getByText(results.own, { exact: true }).waitFor();
    await page.mouse.move(0, 0);
    await chart.locator('dl').waitFor({ state: 'detached' });
  });

  it('shows how the installation stands, and leads to what else the API serves', async () => {
    await go(texts.places.system);
    await page.getByText('Postgres').waitFor();
    for (const name of ['docs', 'openapi', 'metrics'] as const) {
      const address = await page.getByRole('link', { name: system.links[name] }).getAttribute('href');
      expect((await page.request.get(address ?? '')).status(), name).toBe(200);
    }
    await page.getByRole('button', { name: system.links.queues }).waitFor();
  });
});
