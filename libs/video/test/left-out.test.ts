import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { decodeFrames, ffmpegPath, setFfmpegPath } from '../src/index.js';
import { ClipFolder, h264, pattern } from './clips.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
afterEach(() => setFfmpegPath(undefined));

const sampling = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
const between = [...pattern(12), ...h264('-x264-params', 'bframes=3:b-adapt=0:keyint=50')];

/** Has each run of ffmpeg write its arguments into a file. @returns those of runs that left packets out */
async function watched(): Promise<() => Promise<string[]>> {
  const [log, program] = [folder.path('runs'), folder.path('ffmpeg.sh')];
  await writeFile(log, '');
  await writeFile(program, `#!/bin/sh\necho "$*" >> '${log}'\nexec '${ffmpegPath()}' "$@"\n`, {
    mode: 0o755,
  });
  setFfmpegPath(program);
  return async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('noise=drop'));
}

/** Frames of a clip that is known by its identity, in two chunks of one run after the other. */
async function inRuns(clip: string, identity: string): Promise<Buffer> {
  const frames: Uint8Array[] = [];
  for (const [start, runEnd] of [
    [0, 8],
    [8, 16],
  ] as const)
    for (const chunk of [start, start + 4])
      frames.push(await decodeFrames(clip, { ...sampling, identity, runEnd, start: chunk, end: chunk + 4 }));
  return Buffer.concat(frames);
}

describe('Of small pictures', () => {
  it('those that no sampled frame needs are left out, by one decoder for several runs', async () => {
    const clip = await folder.make(between, 'between.mp4');
    const whole = await decodeFrames(clip, { ...sampling, start: 0, end: 16 });
    const leftOut = await watched();
    expect((await inRuns(clip, 'whole')).equals(whole)).toBe(true);
    expect(await leftOut()).toHaveLength(1);
  });

  it('all are decoded once a decoder has found fault with one', async () => {
    const clip = await folder.make(between, 'between.mp4');
    const damage = ['-c', 'copy', '-bsf:v', "noise=amount='if(key,0,2000)'"];
    const damaged = await folder.make(['-i', clip, ...damage], 'damaged.mp4');
    const whole = await decodeFrames(damaged, { ...sampling, start: 0, end: 16 });
    const leftOut = await watched();
    expect((await inRuns(damaged, 'damaged')).equals(whole)).toBe(true);
    expect(await leftOut()).toHaveLength(1);
  });
});
