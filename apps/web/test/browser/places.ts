import type { Locator, Page } from 'playwright-core';
import { texts } from '../../src/texts.js';
import { texts as quiz } from '../../src/texts/quiz.js';
import { texts as results } from '../../src/texts/results.js';

/** A place of the page: its address, and what shows that it is drawn. */
export interface Place {
  path: string;
  shown: (page: Page) => Locator;
}

/** Every place, once walk-900009 is remembered. @param video the address of its video */
export const placesOf = (video: string): Record<PlaceName, Place> => ({
  library: { path: '/', shown: (page) => page.getByRole('link', { name: /walk-900009$/ }) },
  questions: { path: `${video}/ask`, shown: (page) => page.getByLabel(texts.ask.title) },
  map: { path: `${video}/map`, shown: (page) => page.getByRole('img', { name: /^Map of/ }) },
  memory: { path: `${video}/memory`, shown: (page) => page.getByText(texts.video.memory.title) },
  quiz: { path: '/quiz', shown: (page) => page.getByRole('heading', { name: quiz.intro.title }) },
  examples: { path: '/examples', shown: (page) => page.getByText('walk-900018').first() },
  results: {
    path: '/results',
    shown: (page) => page.getByRole('heading', { name: results.tasks.title('VSTI-Bench') }),
  },
  system: { path: '/system', shown: (page) => page.getByText('Postgres') },
  'an address that leads nowhere': { path: '/nowhere', shown: (page) => page.getByText(texts.lost.title) },
});

export const PLACES = [
  'library',
  'questions',
  'map',
  'memory',
  'quiz',
  'examples',
  'results',
  'system',
  'an address that leads nowhere',
] as const;
type PlaceName = (typeof PLACES)[number];
