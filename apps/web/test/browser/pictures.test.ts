import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describePage, openPage, remembered } from './visitor.js';

/** Too low for all pictures of a memory. */
const LOW = { width: 1280, height: 400 };

describePage('the pictures of a memory', () => {
  let page: Page;
  const asked: string[] = [];
  beforeAll(async () => {
    const { video } = await remembered('walk-900009');
    page = await openPage('/', { viewport: LOW });
    page.on('request', (request) => {
      if (request.url().endsWith('/thumbnail')) asked.push(request.url());
    });
    await page.goto(`/videos/${video.id}/memory`);
  });
  afterAll(() => page.context().close());

  const pictures = () => page.getByRole('button', { name: /show it in the video$/ });

  it('are fetched where one sees them, the others when they come near', async () => {
    await pictures().first().locator('img').waitFor();
    const count = await pictures().count();
    expect(new Set(asked).size).toBeLessThan(count);
    await pictures().last().scrollIntoViewIfNeeded();
    await pictures().last().locator('img').waitFor();
  });
});
