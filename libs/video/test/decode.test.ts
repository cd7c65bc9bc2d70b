import { afterAll, describe, it } from 'vitest';
import { ClipFolder, KINDS } from './clips.js';
import { checkCuts } from './cuts.js';

/** Its first picture alone is whole, and a refresh is no picture that could be decoded alone. */
const WITHOUT_KEYS = 'no whole key pictures but the first';

describe('Sampled frames are the pictures shown at their times, whatever the chunks:', () => {
  const folder = new ClipFolder();
  afterAll(() => folder.remove());

  it.each(Object.entries(KINDS))('%s', async (_, make) => {
    await checkCuts(await make(folder), 2);
  });

  it.each(Object.keys(KINDS).filter((kind) => kind !== WITHOUT_KEYS))('of key pictures, %s', async (kind) => {
    await checkCuts(await KINDS[kind]!(folder), 2, { keyPictures: true });
  });

  it.each([3, 1.7, 0.4, 25, 30])('at %d frames per second', async (fps) => {
    await checkCuts(await KINDS['variable frame rate']!(folder), fps);
  });
});
