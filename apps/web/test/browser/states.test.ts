import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { browserOffer } from '@loci/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { texts as system } from '../../src/texts/system.js';
import { PLACES, placesOf } from './places.js';
import { client, describePage, openPage, remembered, sample, watch } from './visitor.js';

describePage('when something is missing', () => {
  let video: string;
  beforeAll(async () => {
    video = `/videos/${(await remembered('walk-900009')).video.id}`;
  });

  it('each place says that Loci does not answer, and is there once it does', async () => {
    const needService = PLACES.filter((name) => name !== 'an address that leads nowhere');
    const visit = async (name: (typeof PLACES)[number]) => {
      const { path, shown } = placesOf(video)[name];
      const page = await openPage('about:blank');
      await page.route(/\/v1\//, (route) => route.abort());
      await page.goto(path);
      await page.getByRole('alert').getByText(texts.noAnswer).first().waitFor();
      await page.unroute(/\/v1\//);
      await page.getByRole('button', { name: texts.again }).first().click();
      await shown(page).waitFor();
      await page.context().close();
    };
    await Promise.all(needService.map(visit));
  });

  it('a place whose scripts do not come leaves the rest of the page as it is', async () => {
    const page = await openPage();
    await page.getByRole('link', { name: /walk-900009$/ }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', { name: texts.places.examples }).click();
    await page.getByRole('heading', { name: texts.mishap.title }).waitFor();
    await page.getByRole('link', { name: texts.library.title, exact: true }).click();
    await page.getByRole('link', { name: /walk-900009$/ }).waitFor();
    await page.goBack();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: texts.mishap.again }).click();
    await page.getByText('walk-900018').first().waitFor();
    await page.context().close();
  });

  it('a walk that could not be remembered says why, and can be tried again', async () => {
    const { id, sha256 } = await client().upload(sample('walk-900012'));
    await rm(join(inject('dataDir'), 'objects', 'videos', sha256));
    const { id: job } = await client().submit({ video_id: id });
    await client().finished(job);
    const page = await openPage(`/videos/${id}`);
    const alert = page.getByRole('alert');
    await alert.getByText(texts.video.building.failed).getByText(texts.problems['clip-lost']).waitFor();
    await page.getByRole('button', { name: texts.video.building.again }).waitFor();
    await page.getByText(texts.ask.notYet).waitFor();
    await page.getByRole('link', { name: texts.library.title }).first().click();
    await page.getByText(texts.library.states.failed).waitFor();
    await page.getByRole('link', { name: texts.places.system }).click();
    await page.getByRole('listitem').filter({ hasText: texts.problems['clip-lost'] }).waitFor();
    await page.getByText(system.failures.memory).first().waitFor();
    // uploaded again, the clip is there again
    await client().upload(sample('walk-900012'));
    await page.goto(`/videos/${id}`);
    await page.getByRole('button', { name: texts.video.building.again }).click();
    await page.getByRole('progressbar', { name: texts.video.building.label }).waitFor();
    await page.context().close();
    await client().deleteVideo(id);
  });

  it('the address of a video that was deleted says so', async () => {
    const { id } = await client().upload(sample('walk-900013'));
    await client().deleteVideo(id);
    const page = await openPage(`/videos/${id}/map`);
    await page.getByRole('heading', { name: texts.lost.title }).waitFor();
    expect(await page.title()).toContain(texts.lost.title);
    await page.context().close();
  });
});

describePage('without WebGL', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const offer = browserOffer({ webgl: false });
    if ('missing' in offer) return;
    browser = await offer.start();
    page = await browser.newPage({ baseURL: inject('url'), locale: 'en-GB' });
    watch(page, inject('url'));
  });
  afterAll(() => browser.close());

  it('the map says so, and its things are listed and can be measured', async () => {
    const { video, job } = await remembered('walk-900009');
    await page.goto(`/videos/${video.id}/map`);
    await page.getByText(texts.map.noWebgl).waitFor();
    const [first, second] = (await client().map(job.memory_id)).objects.map(({ category }) => category);
    for (const name of [first!, second!])
      await page
        .getByRole('button', { name: texts.map.objects.pick(name) })
        .first()
        .click();
    await page
      .getByRole('status')
      .getByText(/^From .* to .*: [\d.]+ m$/)
      .waitFor();
  });
});
