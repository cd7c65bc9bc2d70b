import { BuiltProgram, temporaryFolder } from '@loci/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '../../src/texts.js';
import { texts as system } from '../../src/texts/system.js';
import { describePage, dropFile, openPage, sample } from './visitor.js';

const [ORDINARY, ADMIN] = ['key-of-one', 'key-of-the-operator'];

describePage('a stack with keys of its own', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let stack: BuiltProgram;
  let page: Page;
  beforeAll(async () => {
    folder = await temporaryFolder('keys');
    stack = new BuiltProgram('apps/local/start', {
      ...{ LOCI_DATA_DIR: folder.path, LOCI_WORKERS: '0', PORT: '0' },
      ...{ API_KEYS: `one:${ORDINARY}`, ADMIN_KEYS: `operator:${ADMIN}` },
    });
    const [, baseURL = ''] = await stack.waitForOutput(/ready at (\S+)/);
    page = await openPage('/system', { baseURL });
  });
  afterAll(async () => {
    await page.context().close();
    await stack.stop();
    await folder.remove();
  });

  const signIn = async (key: string) => {
    await page.getByLabel(texts.signIn.label).fill(key);
    await page.getByRole('button', { name: texts.signIn.submit }).click();
  };
  const signOut = () => page.getByRole('button', { name: texts.signIn.out }).click();

  it('takes no file of nobody, and says so', async () => {
    await page.getByRole('heading', { name: texts.signIn.title }).waitFor();
    await dropFile(page, sample('walk-900009'));
    const tray = page.getByRole('region', { name: texts.upload.title });
    await tray.getByRole('alert').getByText(texts.problems.unauthorized).waitFor();
  });

  it('shows how it stands to no ordinary key', async () => {
    await signIn(ORDINARY);
    await page.getByRole('heading', { name: system.forbidden.title }).waitFor();
    await page.getByRole('link', { name: texts.library.title, exact: true }).click();
    await page.getByRole('heading', { name: texts.library.empty.title }).waitFor();
    await page.getByRole('link', { name: texts.places.system }).click();
    await signOut();
  });

  it('shows how it stands to a key with the scope admin', async () => {
    await signIn(ADMIN);
    await page.getByText(system.workers.none).waitFor();
    await page.getByText(system.failures.none).waitFor();
  });

  it('has a board of the queues, which asks no other origin for anything', async () => {
    await page.getByRole('button', { name: system.links.queues }).click();
    await page.waitForURL(/\/queues$/);
    await page.getByText('perceive').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});
