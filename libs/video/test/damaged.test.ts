import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../src/index.js';
import { ClipFolder, h264, pattern } from './clips.js';

const TIMES = 5;
const sampling = { height: 72, width: 128, fit: 'crop', fps: 2 } as const;

describe('A clip of 720p that is damaged between its key pictures', { timeout: 300_000 }, () => {
  const folder = new ClipFolder();
  afterAll(() => folder.remove());

  it.each([500, 2_000, 8_000])('gives the same frames each time (a byte in %d)', async (amount) => {
    const clip = await folder.make([...pattern(12, { size: '1280x720' }), ...h264('-g', '75')], 'whole.mp4');
    const damage = ['-c', 'copy', '-bsf:v', `noise=amount='if(key,0,${amount})'`];
    const damaged = await folder.make(['-i', clip, ...damage], `damaged-${amount}.mp4`);
    const decode = (file: string) => decodeFrames(file, { ...sampling, start: 0, end: 24 });

    const frames = Buffer.from(await decode(damaged));
    expect(frames.equals(await decode(clip))).toBe(false);
    for (let time = 1; time < TIMES; time += 1) expect(frames.equals(await decode(damaged))).toBe(true);
  });
});
