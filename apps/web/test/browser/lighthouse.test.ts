import { isMissing, lighthouseOffer } from '@loci/testing';
import { describe, expect, inject, it } from 'vitest';
import { remembered } from './visitor.js';

const offer = lighthouseOffer();

/** Its performance is a matter of time, and is left to `npm run lighthouse`. */
describe.skipIf(isMissing(offer, 'Lighthouse'))('what Lighthouse says of the page', () => {
  it.each(['the library', 'a video'])('is nothing against accessibility or practices: %s', async (place) => {
    if ('missing' in offer) return;
    const path = place === 'a video' ? `/videos/${(await remembered('walk-900009')).video.id}` : '/';
    const score = await offer.start();
    const scores = await score(`${inject('url')}${path}`);
    expect(scores.accessibility).toBe(100);
    expect(scores['best-practices']).toBeGreaterThanOrEqual(95);
  });
});
