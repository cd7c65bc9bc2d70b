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

/**
 * WebGL in software where there is no graphics card. Only that: to name SwiftShader as the backend of all
 * drawing (`--use-angle`) would have an emulated card draw the whole page, which no browser of a person does.
 */
const WITH_WEBGL = ['--enable-unsafe-swiftshader'];

/** The Chromium of CHROMIUM_PATH, else one that is installed; undefined where there is none. */
export function findBrowser(): string | undefined {
  const given = process.env['CHROMIUM_PATH'];
  return given === undefined || given === '' ? PLACES.find(existsSync) : given;
}

/** A browser that draws nothing in three dimensions. */
const WITHOUT_WEBGL = ['--disable-3d-apis'];

/** A Chromium without a window. Who starts it closes it. */
export function browserOffer({ webgl = true } = {}): Offer<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    return { missing: 'there is no Chromium in its usual places, and no CHROMIUM_PATH' };
  return { start: () => chromium.launch({ executablePath, args: webgl ? WITH_WEBGL : WITHOUT_WEBGL }) };
}
