import { afterAll, expect, it } from 'vitest';
import { decodeFrames } from '../src/index.js';
import { ClipFolder, KINDS } from './clips.js';
import { ServedFile } from './serving.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
const size = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;

it('A first picture that is known spares opening the clip for it', async () => {
  const served = await ServedFile.open(await KINDS['constant rate with sound']!(folder));
  const range = { ...size, start: 0, end: 4 };
  const expected = await decodeFrames(served.url, range);
  const requests = served.requests;
  const picture = { ticks: 0, tick_s: 1 / 12_800, width: 160, height: 120, pixel_aspect: 1 };
  const firstPicture = { ...picture, matrix: 'unknown', high_dynamic_range: false };
  expect(await decodeFrames(served.url, { ...range, firstPicture })).toEqual(expected);
  expect(served.requests - requests).toBeLessThan(requests);
  await served.close();
});
