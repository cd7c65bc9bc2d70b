import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '@loci/host';
import { temporaryFolder } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clock } from '../../src/service/format.js';
import { texts } from '../../src/texts.js';
import { client, describePage, openPage, playerTime, sample } from './visitor.js';

const words = texts.video.timeline;
/** Seconds that are taken of each walk. */
const TAKEN_S = 12;
const WALKS = ['walk-900009', 'walk-900014'];

/** Two walks in one clip: where the second begins, the picture leaps. */
async function splicedClip(folder: string): Promise<string> {
  const list = join(folder, 'walks.txt');
  await writeFile(list, WALKS.map((name) => `file '${sample(name)}'\noutpoint ${TAKEN_S}\n`).join(''));
  const clip = join(folder, 'spliced.mp4');
  await ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-an', '-r', '10', clip);
  return clip;
}

describePage('the timeline below the player', () => {
  let page: Page;
  beforeAll(async () => {
    const folder = await temporaryFolder('timeline');
    const video = await client().upload(await splicedClip(folder.path));
    await folder.remove();
    await client().finished((await client().submit({ video_id: video.id })).id);
    page = await openPage(`/videos/${video.id}/memory`);
  });
  afterAll(() => page.context().close());

  it('shows where the picture leaps, and what is seen first at which moment', async () => {
    const leap = page.getByTitle(/^The picture leaps at/);
    await leap.first().waitFor({ state: 'attached' });
    expect(await leap.evaluateAll((marks) => marks.map((mark) => (mark as HTMLElement).title))).toContain(
      words.shot(TAKEN_S),
    );
    expect(await page.getByTitle(/: first seen \d+:\d\d$/).count()).toBeGreaterThan(1);
  });

  it('jumps to where it is clicked', async () => {
    const slider = page.getByRole('group', { name: words.label });
    const { x, y, width } = (await slider.boundingBox())!;
    await page.mouse.click(x + width / 2, y + 8);
    expect(await playerTime(page)).toBeCloseTo(TAKEN_S, 0);
  });

  it('and every picture of the memory jump to their moments', async () => {
    const picture = page.getByRole('button', { name: /show it in the video$/ }).last();
    await picture.click();
    const label = (await picture.getAttribute('aria-label')) ?? '';
    expect(label).toContain(` at ${clock(await playerTime(page))}:`);
  });
});
