import { CommandError } from '@loci/host';
import type { CDPSession, Page } from 'playwright-core';

/** Counts the draw calls of every WebGL context, and the animation frames in which some were made. */
const COUNT_DRAWS = `window.draws = { calls: 0, frames: 0 };
let drawing = false;
for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...args) {
    draws.calls += 1;
    if (!drawing) { drawing = true; draws.frames += 1; requestAnimationFrame(() => { drawing = false; }); }
    return draw.apply(this, args);
  };
}`;
/** Moves of the pointer while the map is turned. */
const MOVES = 240;
/** How long a map that nobody touches is watched, in ms. */
const STILL_MS = 2_000;
const SAMPLED_BYTES = 512;

interface Draws {
  calls: number;
  frames: number;
}

interface AllocationNode {
  selfSize: number;
  children: AllocationNode[];
}

/** What the map costs while it is turned. Only the processor's part: a graphics card does the rest. */
export interface MapFrames {
  frames: number;
  drawCalls: number;
  scriptMs: number;
  allocatedKB: number;
  /** Pictures that were drawn while nothing happened. */
  still: number;
}

/** To be called before the page is opened. */
export const countDraws = (page: Page): Promise<unknown> => page.addInitScript(COUNT_DRAWS);

/**
 * Turns the map that a page shows, and gives what one picture costs.
 * @throws CommandError where there is no map
 */
export async function measureMap(page: Page): Promise<MapFrames> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const box = await page.getByRole('img', { name: /^Map of/ }).boundingBox();
  if (box === null) throw new CommandError('The map is not shown.');
  const { x, y, width, height } = box;
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.down();
  const sampling = { samplingInterval: SAMPLED_BYTES };
  const all = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await devtools.send('HeapProfiler.startSampling', { ...sampling, ...all });
  const before = { ...(await drawsOf(page)), scriptS: await scriptS(devtools) };
  await page.mouse.move(x + (width * 3) / 4, y + height / 2, { steps: MOVES });
  const after = { ...(await drawsOf(page)), scriptS: await scriptS(devtools) };
  const { profile } = await devtools.send('HeapProfiler.stopSampling');
  await page.mouse.up();
  await page.waitForTimeout(STILL_MS);
  const atRest = await drawsOf(page);
  await page.waitForTimeout(STILL_MS);
  const still = (await drawsOf(page)).frames - atRest.frames;
  await devtools.detach();
  const frames = after.frames - before.frames;
  return {
    frames,
    drawCalls: (after.calls - before.calls) / frames,
    scriptMs: ((after.scriptS - before.scriptS) * 1000) / frames,
    allocatedKB: bytesOf(profile.head) / frames / 1000,
    still,
  };
}

const drawsOf = (page: Page): Promise<Draws> => page.evaluate<Draws>('({ ...draws })');

async function scriptS(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN;
}

const bytesOf = ({ selfSize, children }: AllocationNode): number =>
  children.reduce((sum, child) => sum + bytesOf(child), selfSize);
