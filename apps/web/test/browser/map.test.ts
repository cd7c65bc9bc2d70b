import { readFile } from 'node:fs/promises';
import { waitFor } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { client, describePage, openPage, remembered } from './visitor.js';

/** Calls `onDraw` when something is drawn by the graphics card. */
const WATCH_DRAWS = `window.onDraw = () => undefined;
for (const name of ['drawArrays', 'drawElements', 'drawElementsInstanced']) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    onDraw();
    return draw.apply(this, given);
  };
}`;
/** Resolves once nothing has been drawn for some frames. */
const STILL = `new Promise((resolve) => {
  let frames = 0;
  onDraw = () => { frames = 0; };
  const look = () => (frames += 1) > 5 ? resolve() : requestAnimationFrame(look);
  look();
})`;
/** Picks a thing from the list, and gives what follows, in order, until the scene is drawn. */
const PICK = `new Promise((resolve) => {
  const order = [];
  const button = document.querySelector('table button[aria-pressed=false]');
  new MutationObserver((_, shown) => {
    shown.disconnect();
    order.push('words');
    requestAnimationFrame(() => setTimeout(() => order.push('page')));
  }).observe(button, { attributeFilter: ['aria-pressed'] });
  onDraw = () => {
    onDraw = () => undefined;
    resolve([...order, 'scene'].join(', '));
  };
  button.click();
})`;
/** Often enough that chance alone does not order them. */
const PICKS = 12;
/** Notes how many bytes each upload to the graphics card has. */
const WATCH_UPLOADS = `window.uploads = [];
for (const name of ['bufferData', 'bufferSubData']) {
  const upload = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    uploads.push(given.find((each) => ArrayBuffer.isView(each))?.byteLength ?? 0);
    return upload.apply(this, given);
  };
}`;
/** Bytes of a piece of the camera's way, from place to place. */
const PIECE_BYTES = 2 * 3 * Float32Array.BYTES_PER_ELEMENT;

/** Whether the map's edges are smoothed, and what draws it. */
const DRAWING = `(() => {
  const context = document.querySelector('[role=img] canvas').getContext('webgl2');
  const name = context.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL;
  return [context.getContextAttributes().antialias, context.getParameter(name)];
})()`;

describePage('the map', () => {
  let page: Page;
  let memoryId: string;
  beforeAll(async () => {
    const { video, job } = await remembered('walk-900009');
    memoryId = job.memory_id;
    page = await openPage(`/videos/${video.id}/map`);
    await label().waitFor({ state: 'visible' });
  });
  afterAll(() => page.context().close());

  const scene = () => page.getByRole('img', { name: /^Map of/ });
  /** A label shows itself with the first picture of the scene. */
  const label = () => scene().locator('span:visible').first();

  /** Does something, and waits until the map looks otherwise. */
  const expectChange = async (act: () => Promise<void>) => {
    const before = await scene().screenshot();
    await act();
    await waitFor(async () => ((await scene().screenshot()).equals(before) ? null : true));
  };

  it('is seen from above', async () => {
    const top = page.getByText(texts.map.top);
    await expectChange(() => top.click());
    await expectChange(() => top.click());
  });

  it('is turned by dragging, which picks nothing', async () => {
    const { x, y, width, height } = (await scene().boundingBox())!;
    await expectChange(async () => {
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width / 4, y + height / 2, { steps: 4 });
      await page.mouse.up();
    });
    await page.getByText(texts.map.measure.how).waitFor();
  });

  it('has the camera look from where the player stands', async () => {
    await expectChange(() =>
      page.locator('video').evaluate((video: HTMLVideoElement) => {
        video.currentTime = video.duration / 2;
      }),
    );
  });

  it.each([
    ['ply', /^ply\n/],
    ['tum', /^[\d.]+( -?[\d.]+){7}\n/],
    ['json', /"unit": ?"m"/],
  ] as const)('is saved as a file for other tools: %s', async (format, content) => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: texts.map.downloads[format] }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(`${memoryId}.${format}`);
    expect(await readFile(await download.path(), 'latin1')).toMatch(content);
  });

  it('has smooth edges where a card draws them, not where the processor does', async () => {
    const [isSmooth, drawer] = await page.evaluate<[boolean, string]>(DRAWING);
    expect(isSmooth).toBe(!drawer.includes('SwiftShader'));
  });

  it('says in words what was picked before it draws the scene anew', async () => {
    await page.evaluate(WATCH_DRAWS);
    for (let count = 0; count < PICKS; count += 1) {
      await page.evaluate(STILL);
      expect(await page.evaluate<string>(PICK)).toBe('words, page, scene');
    }
  });

  it('sends the graphics card little of what stood before a click', async () => {
    const { trajectory } = await client().map(memoryId);
    await page.evaluate(WATCH_UPLOADS);
    const things = page.getByRole('button', { name: /^Measure from or to/ });
    await expectChange(() => things.nth(1).click());
    const uploads = await page.evaluate<number[]>('uploads');
    expect(Math.max(0, ...uploads)).toBeLessThan((trajectory.length - 1) * PIECE_BYTES);
  });
});
