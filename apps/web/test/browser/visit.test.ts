import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { questionSchema } from '@loci/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { gapBetween } from '../../src/map/geometry.js';
import { pickedObject } from '../../src/map/picked.js';
import { texts } from '../../src/texts.js';
import { client, describePage, dropFile, emptyLibrary, openPage, playerTime, sample } from './visitor.js';

const NAME = 'walk-900014';
const SECONDS = 80;
/** Bytes a second: a line on which one sees how a file is sent. */
const SLOW_LINE = 1_500_000;

const QUESTIONS = [
  { ask: 'number of beds?', answer: /^\d+$/ },
  { ask: 'how far from the shelf to the sofa, in feet?', answer: /^[\d.]+ ft$/ },
  { ask: 'which is nearest to the bed, the sofa, the fridge or the table?', answer: /^(sofa|fridge|table)$/ },
];

const card = (page: Page, question: string) =>
  page.getByRole('article').filter({ has: page.getByRole('heading', { name: question }) });

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel(texts.ask.title).fill(question);
  await page.getByRole('button', { name: texts.ask.submit, exact: true }).click();
  await card(page, question).waitFor();
}

/** The memory of the walk that was dropped. */
async function memoryId(): Promise<string> {
  const [job] = (await client().jobs({ limit: 1 })).data;
  return job!.memory_id;
}

describePage('a visit', () => {
  let page: Page;
  beforeAll(async () => {
    await emptyLibrary();
    page = await openPage();
  });
  afterAll(() => page.context().close());

  it('begins with a library that says how a video comes in', async () => {
    await page.getByRole('heading', { name: texts.library.empty.title }).waitFor();
    await page.getByRole('button', { name: texts.library.add }).waitFor();
  });

  it('takes a file that is dropped, and shows how it is sent', async () => {
    const devtools = await page.context().newCDPSession(page);
    const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: SLOW_LINE };
    await devtools.send('Network.emulateNetworkConditions', line);
    await dropFile(page, sample(NAME));
    const tray = page.getByRole('region', { name: texts.upload.title });
    await tray.getByRole('progressbar', { name: texts.upload.label(`${NAME}.mp4`) }).waitFor();
    await tray.getByText(texts.upload.done).waitFor();
    await devtools.detach();
    await tray.getByRole('link', { name: `${NAME}.mp4` }).click();
    await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  });

  it('shows the memory being built, chunk by chunk, until it is there', async () => {
    const bar = page.getByRole('progressbar', { name: texts.video.building.label });
    await bar.waitFor();
    await page.getByText(/^[1-9]\d* of \d+ chunks remembered/).waitFor();
    await bar.waitFor({ state: 'detached' });
    await expect(page.locator('video').evaluate((video: HTMLVideoElement) => video.duration)).resolves.toBe(
      SECONDS,
    );
  });

  it('answers three questions in own words, each with how sure it is', async () => {
    for (const { ask: question, answer } of QUESTIONS) {
      await ask(page, question);
      const meter = card(page, question).getByRole('meter', { name: texts.ask.confidence });
      await meter.waitFor();
      await card(page, question).getByRole('paragraph').filter({ hasText: answer }).first().waitFor();
    }
  });

  it('jumps to the moment of a picture that an answer rests on', async () => {
    const button = card(page, QUESTIONS[1]!.ask)
      .getByRole('button', { name: /^Show .* in the video$/ })
      .last();
    const label = await button.getAttribute('aria-label');
    await button.click();
    const time = await playerTime(page);
    expect(time).toBeGreaterThan(0);
    expect(label).toBe(texts.ask.evidenceJump(time));
  });

  it('suggests questions about what is there, which it answers', async () => {
    const things = (await client().map(await memoryId())).objects.map(({ category }) => category);
    const suggestions = page.getByRole('group', { name: texts.ask.suggestions }).getByRole('button');
    const asked = await suggestions.allInnerTexts();
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const question of asked)
      expect(
        [...things, 'room'].some((name) => question.includes(name.slice(0, 4))),
        question,
      ).toBe(true);
    await suggestions.first().click();
    await card(page, asked[0]!).getByRole('meter', { name: texts.ask.confidence }).waitFor();
  });

  it('cuts nothing short: what is too long is told, and not asked', async () => {
    const box = page.getByLabel(texts.ask.title);
    await box.fill('how far is the bed? '.repeat(250));
    await page.getByText(texts.ask.tooLong(4_999, 2_000)).waitFor();
    await box.press('Enter');
    expect((await box.inputValue()).length).toBe(5_000);
    expect(await card(page, 'how far is the bed? how').count()).toBe(0);
    await box.fill('which is nearest to the bed?');
    await page.getByText(texts.ask.options).click();
    await page.getByLabel(texts.ask.optionsLabel).fill('sofa\n'.repeat(27));
    await page.getByText(texts.ask.tooMany(27, 26)).waitFor();
    await box.press('Enter');
    expect(await card(page, 'which is nearest to the bed?').count()).toBe(0);
    await page.getByText(texts.ask.options).click();
    await box.fill('');
  });

  it('gives what was asked as a command, which gives the same answer in a shell', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const asked = card(page, QUESTIONS[0]!.ask);
    await asked.getByRole('button', { name: texts.ask.curl }).click();
    await asked.getByRole('button', { name: texts.ask.copied }).waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toContain(`curl '${inject('url')}/v1/memories/${await memoryId()}/questions'`);
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --silent --fail`]);
    const { question, answer } = questionSchema.parse(JSON.parse(stdout));
    expect(question).toBe(QUESTIONS[0]!.ask);
    await asked.getByText(answer?.text ?? 'no answer', { exact: true }).waitFor();
  });

  it('asks as of the moment at which the player stands', async () => {
    const moment = page.getByRole('slider', { name: texts.video.timeline.label });
    await moment.focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowRight');
    expect(await playerTime(page)).toBe(20);
    await page.getByText(texts.ask.asOf(20)).click();
    await ask(page, 'how many lamps can you see?');
    await card(page, 'how many lamps can you see?').getByText(texts.ask.asOfCard(20)).waitFor();
  });

  it('says why it does not answer a question about what it does not know', async () => {
    await ask(page, 'how many unicorns live here?');
    await card(page, 'how many unicorns live here?').getByText(texts.ask.refused).waitFor();
    await card(page, 'how many unicorns live here?').getByText('“unicorns” cannot be asked about').waitFor();
  });

  it('has every answer again after a reload, the newest first', async () => {
    await page.reload();
    const asked = page.getByRole('article').getByRole('heading', { level: 3 });
    await asked.nth(QUESTIONS.length + 1).waitFor();
    expect(await asked.first().innerText()).toBe('how many unicorns live here?');
    expect(await asked.last().innerText()).toBe(QUESTIONS[0]!.ask);
  });

  it('shows on the map what an answer was reasoned from', async () => {
    await card(page, QUESTIONS[1]!.ask).getByRole('button', { name: texts.map.show }).click();
    await page.waitForURL(/\/map$/);
    const scene = page.getByRole('img', { name: /^Map of \d+ points/ });
    await scene.waitFor();
    await scene.getByText('sofa').first().waitFor();
    const lit = await scene.locator('span[class*=lit]').allInnerTexts();
    expect(new Set(lit)).toEqual(new Set(['shelf', 'sofa']));
    await page.locator('tr[data-lit]').getByText('shelf').waitFor();
    await page.getByText(texts.map.used).waitFor();
  });

  it('measures between two things that are clicked in the map', async () => {
    const { objects } = await client().map(await memoryId());
    const [first, second] = ['shelf', 'bed'].map((name) =>
      objects.find(({ category }) => category === name)!,
    );
    for (const { category } of [first!, second!]) {
      const label = page
        .getByRole('img', { name: /^Map of/ })
        .getByText(category, { exact: true })
        .first();
      const { x, y, width, height } = (await label.boundingBox())!;
      await page.mouse.click(x + width / 2, y + height / 2);
      await page.getByRole('status').getByText(category).waitFor();
    }
    const { metres } = gapBetween(pickedObject(first!), pickedObject(second!));
    await page
      .getByRole('status')
      .getByText(texts.map.measure.both(first!.category, second!.category, metres))
      .waitFor();
  });
});
