import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames, ffmpegPath } from '../src/index.js';
import { frameArguments } from '../src/sampling.js';
import { isFault, scanSkips } from '../src/scan.js';
import { ClipFolder, h264, pattern } from './clips.js';
import { checkCuts } from './cuts.js';

const run = promisify(execFile);
const folder = new ClipFolder();
afterAll(() => folder.remove());

/** Large pictures take their time on a busy machine. */
const PATIENCE = { timeout: 300_000 };

const large = (seconds = 4, rate = 25): string[] => pattern(seconds, { size: '1280x720', rate });
const x264 = (params: string): string[] => h264('-preset', 'ultrafast', '-x264-params', params);

/** Large clips, by how their pictures refer to each other. */
const LARGE: Record<string, () => Promise<string>> = {
  'pictures that none refers to': () =>
    folder.make([...large(), ...x264('bframes=3:b-adapt=0:b-pyramid=2:keyint=250')], 'between.mp4'),
  'a key picture each second': () =>
    folder.make([...large(), ...x264('bframes=0:keyint=25:min-keyint=25')], 'phone.mp4'),
  'open groups': () =>
    folder.make([...large(), ...x264('open-gop=1:keyint=20:bframes=3:b-adapt=0:scenecut=0')], 'open.mkv'),
  'a variable rate': () =>
    folder.make(
      [...large(), '-vf', "select='lt(mod(n,30),9)+not(mod(n,7))'", '-fps_mode', 'vfr', ...x264('keyint=12')],
      'variable.mp4',
    ),
  'H.265': () =>
    folder.make(
      [...large(), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=20:log-level=none'],
      'h265.mp4',
    ),
  'interlaced fields': () => folder.make([...large(), ...x264('interlaced=1:tff=1:keyint=25')], 'fields.mkv'),
  'hidden first pictures': async () =>
    folder.make(
      ['-ss', '0.6', '-i', await LARGE['a key picture each second']!(), '-c', 'copy'],
      'hidden.mp4',
    ),
};

describe('Of large pictures too, sampled frames are those shown at their times:', PATIENCE, () => {
  it.each(Object.keys(LARGE))('%s', async (kind) => {
    await checkCuts(await LARGE[kind]!(), 2);
  });
});

const sampling = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
const first = {
  ...{ ticks: 0, width: 1280, height: 720, pixelAspect: 1 },
  ...{ orientation: [], matrix: 'unknown', highDynamicRange: false },
};

/** How many pictures a decode of the clip's eight frames decodes, and what its decoder finds fault with. */
async function decoded(clip: string, tickSeconds: number): Promise<{ pictures: number; faults: string[] }> {
  const range = { start: 0, end: 8, seek: false };
  const picture = { ...first, tickSeconds };
  const skips = await scanSkips(clip, sampling, picture, range, { timeLimitMs: 60_000, signal: undefined });
  const args = frameArguments(clip, sampling, picture, { ...range, skips });
  const told = args.map((arg, index) => (args[index - 1] === '-loglevel' ? 'verbose' : arg));
  const { stderr } = await run(ffmpegPath(), told, { encoding: 'buffer', maxBuffer: 2 ** 26 });
  const lines = stderr.toString().split(/[\r\n]+/);
  const counts = lines.flatMap((line) => /(\d+) frames decoded/.exec(line)?.slice(1) ?? []);
  return {
    pictures: Number(counts[0]),
    faults: lines.filter((line) => line.includes('error') && isFault(line)),
  };
}

describe('What no sampled frame needs is not decoded:', PATIENCE, () => {
  it('pictures that none refers to', async () => {
    const { pictures, faults } = await decoded(await LARGE['pictures that none refers to']!(), 1 / 12800);
    expect(faults).toEqual([]);
    expect(pictures).toBeLessThan(65);
  });

  it('pictures between the last sampled one and the next key picture', async () => {
    const { pictures, faults } = await decoded(await LARGE['a key picture each second']!(), 1 / 12800);
    expect(faults).toEqual([]);
    // of each second's 25 the first 13, but of the last second, whose end is not read
    expect(pictures).toBeLessThanOrEqual(3 * 13 + 25);
  });
});

describe('A large clip that is damaged between its key pictures', PATIENCE, () => {
  it('gives the same frames each time, in a run of chunks and by themselves', async () => {
    const clip = await LARGE['pictures that none refers to']!();
    const damage = ['-c', 'copy', '-bsf:v', "noise=amount='if(key,0,2000)'"];
    const damaged = await folder.make(['-i', clip, ...damage], 'damaged.mp4');
    const whole = await decodeFrames(damaged, { ...sampling, start: 0, end: 8 });
    expect(whole).not.toEqual(await decodeFrames(clip, { ...sampling, start: 0, end: 8 }));
    for (const identity of ['once', 'again', 'a third time']) {
      const known = { ...sampling, identity, runEnd: 8 };
      const chunks = [
        await decodeFrames(damaged, { ...known, start: 0, end: 4 }),
        await decodeFrames(damaged, { ...known, start: 4, end: 8 }),
      ];
      expect(Buffer.concat(chunks).equals(whole)).toBe(true);
    }
  });
});
