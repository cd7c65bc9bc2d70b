import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { texts as ofPage } from '../../src/texts.js';
import { texts } from '../../src/texts/quiz.js';
import { describePage, emptyLibrary, openPage } from './visitor.js';

const { library, places } = ofPage;
/** In this time the memory of a round's clip is built. */
const BUILT_MS = 110_000;

/** Answers what is asked, with the first choice or with 2; and reads what is told. */
async function answer(page: Page): Promise<void> {
  const check = page.getByRole('button', { name: texts.check });
  await check.waitFor();
  const choices = page.getByRole('radiogroup', { name: texts.options });
  if (await choices.isVisible()) await choices.locator('label').first().click();
  else await page.getByRole('textbox').fill('2');
  await check.click();
  await page.getByRole('row', { name: texts.names.person }).waitFor();
  await page.getByRole('row', { name: texts.names.blind }).waitFor();
}

describePage('a round of the quiz', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage('/quiz');
  });
  afterAll(async () => {
    await page.context().close();
    await emptyLibrary();
  });

  /** What is asked now. */
  const asked = () => page.getByRole('heading', { level: 2 }).innerText();
  let first: string;

  it('is drawn from the samples, or from a set of one’s own', async () => {
    const sets = page.getByRole('radiogroup', { name: texts.intro.sets });
    await sets.getByText(texts.intro.set(inject('quizSet'), 1, 1)).click();
    await page.getByRole('button', { name: texts.intro.start }).click();
    await page.getByText(texts.at(1, 1)).waitFor();
    expect(await asked()).toBe('How many doors are there in this room?');
    await page.goBack();
    await sets.waitFor();
  });

  it('begins with the first question and its clip', async () => {
    await page.getByRole('button', { name: texts.intro.start }).click();
    await page.getByText(/^Question 1 of \d+$/).waitFor();
    first = await asked();
    expect(await page.locator('video').isVisible()).toBe(true);
  });

  it('does not tell the truth before an answer was given', async () => {
    expect(await page.getByText(/^It is /).count()).toBe(0);
    expect(await page.getByRole('button', { name: texts.check }).isDisabled()).toBe(true);
  });

  it('goes on where it was after a reload, and when one comes back to it', async () => {
    await answer(page);
    await page.reload();
    await page.getByText(/^It is /).waitFor();
    await page.getByText(/^So far: you \d+ %, Loci /).waitFor();
    expect(await asked()).toBe(first);
    await page.getByRole('button', { name: texts.next }).click();
    await page.getByText(/^Question 2 of \d+$/).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: texts.intro.start }).waitFor();
    await page.goForward();
    await page.getByText(/^Question 2 of \d+$/).waitFor();
    await page.getByRole('link', { name: library.title, exact: true }).click();
    await page.getByRole('link', { name: places.quiz }).click();
    await page.getByRole('link', { name: texts.intro.goOn }).click();
    await page.getByText(/^Question 2 of \d+$/).waitFor();
  });

  it('tells after each answer what is true, and who said what, to the end', async () => {
    const [, total] = /of (\d+)$/.exec((await page.getByText(/^Question 2 of/).textContent()) ?? '') ?? [];
    for (let index = 2; index <= Number(total); index += 1) {
      await page.getByText(texts.at(index, Number(total))).waitFor();
      await answer(page);
      await page.getByText(/^It is /).waitFor();
      await page.getByRole('button', { name: index === Number(total) ? texts.finish : texts.next }).click();
    }
    await page.getByText(texts.score.text(Number(total))).waitFor();
  });

  it('ends with points of the person, of Loci once it has answered, and of a blind guess', async () => {
    await page.getByText(texts.score.waiting).waitFor({ state: 'detached', timeout: BUILT_MS });
    for (const who of Object.values(texts.names)) {
      const points = page.getByRole('term').filter({ hasText: who }).locator('..').getByRole('definition');
      expect(await points.innerText()).toMatch(/^\d+ %$/);
    }
  });

  it('goes on with another round, which asks something else', async () => {
    await page.getByRole('button', { name: texts.score.again }).click();
    await page.getByText(/^Question 1 of \d+$/).waitFor();
    expect(await asked()).not.toBe(first);
  });
});
