import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { describePage, openPage } from './visitor.js';

const words = texts.signIn;

describePage('signing in', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage();
    // a stack of this machine takes a page without a key; one with a key that it does not know it refuses
    await page.evaluate(() => sessionStorage.setItem('loci-key', 'a key of nobody'));
    await page.reload();
  });
  afterAll(() => page.context().close());

  const send = async (key: string) => {
    await page.getByLabel(words.label).fill(key);
    await page.getByRole('button', { name: words.submit }).click();
  };
  const library = () => page.getByRole('button', { name: texts.library.add });

  it('is asked for where the key is not known, and another such key is refused in a sentence', async () => {
    await page.getByRole('heading', { name: words.title }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await send('nor this');
    await page.getByRole('alert').getByText(words.refused).waitFor();
  });

  it('opens the page, also after a reload', async () => {
    await send('dev');
    await library().waitFor();
    await page.reload();
    await library().waitFor();
    await page.getByRole('button', { name: words.out }).waitFor();
  });

  it('is kept by this tab alone', async () => {
    const other = await page.context().newPage();
    await other.goto('/');
    await other.getByRole('button', { name: texts.library.add }).waitFor();
    expect(await other.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    await other.close();
  });

  it('ends when one signs out', async () => {
    await page.getByRole('button', { name: words.out }).click();
    await page.getByRole('button', { name: words.out }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});
