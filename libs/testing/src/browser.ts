import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import type { Offer } from './servers/test-server.js';

/** Where a Chromium is looked for. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** WebGL in software, for a machine without a graphics card. */
const ARGUMENTS = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** The Chromium of CHROMIUM_PATH, else one that is installed; undefined where there is none. */
export function findBrowser(): string | undefined {
  const given = process.env['CHROMIUM_PATH'];
  return given === undefined || given === '' ? PLACES.find(existsSync) : given;
}

/** A Chromium without a window. Who starts it closes it. */
export function browserOffer(): Offer<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    return { missing: 'there is no Chromium in its usual places, and no CHROMIUM_PATH' };
  return { start: () => chromium.launch({ executablePath, args: ARGUMENTS }) };
}
