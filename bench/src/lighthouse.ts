import { CommandError, runCommand } from '@loci/host';
import { sampleClips } from '@loci/local';
import { lighthouseOffer, type Scores } from '@loci/testing';
import { KNOWN, remember, withPage } from './page/prepared-page.js';

const WANTED: Scores = { performance: 95, accessibility: 100, 'best-practices': 95 };

/** `npm run lighthouse`: what Lighthouse says of the page on the embedded stack. */
await runCommand(async (say) => {
  const offer = lighthouseOffer();
  if ('missing' in offer) throw new CommandError(`Lighthouse is missing: ${offer.missing}.`);
  const score = await offer.start();
  return withPage(say, async ({ stack, client }) => {
    const [clip] = await sampleClips();
    if (clip === undefined) throw new CommandError('There is no sample clip.');
    const { video_id } = await remember(client, clip.file);
    const views = ['ask', 'map', 'memory'].map((view) => `/videos/${video_id}/${view}`);
    const places = ['/', ...views, '/quiz', '/examples', '/results', '/system'];
    let kept = true;
    for (const place of places) {
      const scores = await score(stack.url + place);
      const names = Object.keys(WANTED) as (keyof Scores)[];
      console.log(
        `${place}: ${names.map((name) => `${name} ${scores[name]} (≥ ${WANTED[name]})`).join(', ')}`,
      );
      kept &&= names.every((name) => scores[name] >= WANTED[name]);
    }
    return kept ? 0 : 1;
  });
}, KNOWN);
