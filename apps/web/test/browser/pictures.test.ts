import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { client, describePage, openPage, remembered } from './visitor.js';

/** Too low for all pictures of a memory. */
const LOW = { width: 1280, height: 400 };
/** Opens a memory, and gives what follows, in order, until a picture is asked for. */
const OPEN = `new Promise((resolve) => {
  const order = [];
  const ask = window.fetch;
  window.fetch = (address, init) => {
    if (String(address).endsWith('/thumbnail')) { order.push('picture'); resolve(order); }
    return ask(address, init);
  };
  const shown = new MutationObserver(() => {
    if (document.querySelector('main section h3') === null) return;
    shown.disconnect();
    order.push('names');
    requestAnimationFrame(() => order.push('frame'));
  });
  shown.observe(document.querySelector('main'), { childList: true, subtree: true });
  document.querySelector('main nav a[href$=memory]').click();
})`;

describePage('the pictures of a memory', () => {
  let page: Page;
  let all: Set<string>;
  const asked = new Set<string>();
  beforeAll(async () => {
    const { video, job } = await remembered('walk-900009');
    all = new Set((await client().entries(job.memory_id)).map((entry) => entry.thumbnail_url));
    page = await openPage(`/videos/${video.id}/ask`, { viewport: LOW });
    page.on('request', (request) => {
      if (request.url().endsWith('/thumbnail')) asked.add(request.url());
    });
    await page.getByRole('group', { name: texts.ask.suggestions }).getByRole('button').first().waitFor();
  });
  afterAll(() => page.context().close());

  const pictures = () => page.getByRole('button', { name: /show it in the video$/ });

  it('are asked for once their places are drawn', async () => {
    expect((await page.evaluate<string[]>(OPEN)).slice(0, 3)).toEqual(['names', 'frame', 'picture']);
  });

  it('are fetched where one sees them, the others when they come near', async () => {
    await pictures().first().locator('img').waitFor();
    expect(asked.size).toBeLessThan(all.size);
    await pictures().last().scrollIntoViewIfNeeded();
    await pictures().last().locator('img').waitFor();
  });
});
