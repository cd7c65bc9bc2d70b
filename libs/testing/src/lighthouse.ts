import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { inRoot } from '@loci/host';
import { findBrowser } from './browser.js';
import type { Offer } from './servers/test-server.js';

const PROGRAM = inRoot('.tools', 'lighthouse', 'node_modules', 'lighthouse', 'cli', 'index.js');
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
/** A report has some MB. */
const MAX_BYTES = 64 * 2 ** 20;

type Category = (typeof CATEGORIES)[number];
/** 0–100 each. */
export type Scores = Record<Category, number>;

/** Lighthouse, once tools/install-lighthouse has put it there. `start` gives what scores an address. */
export function lighthouseOffer(): Offer<(url: string) => Promise<Scores>> {
  const chromium = findBrowser();
  if (chromium === undefined) return { missing: 'there is no Chromium' };
  if (!existsSync(PROGRAM)) return { missing: 'tools/install-lighthouse has not put it there' };
  return { start: () => Promise.resolve((url: string) => score(url, chromium)) };
}

async function score(url: string, chromium: string): Promise<Scores> {
  const args = [
    ...[PROGRAM, url, '--quiet', '--no-enable-error-reporting', '--preset=desktop'],
    ...[`--only-categories=${CATEGORIES.join(',')}`, '--output=json', '--output-path=stdout'],
    '--chrome-flags=--headless --no-sandbox',
  ];
  const env = { ...process.env, CHROME_PATH: chromium };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: MAX_BYTES });
  const { categories } = JSON.parse(stdout) as { categories: Record<Category, { score: number | null }> };
  const of = (name: Category): number => Math.round((categories[name].score ?? 0) * 100);
  return {
    performance: of('performance'),
    accessibility: of('accessibility'),
    'best-practices': of('best-practices'),
  };
}
