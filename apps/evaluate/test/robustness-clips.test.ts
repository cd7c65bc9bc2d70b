import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Probe } from '@loci/contracts';
import { sampleClip } from '@loci/harness';
import { ffmpeg } from '@loci/host';
import { decodeFrames, ffmpegPath, probeVideo } from '@loci/video';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClip } from '../src/robustness/clips.js';
import { afterLead, looped, paused, thereAndBack, withAnother } from '../src/robustness/timelines.js';
import { compressed, inHdr, rotated, scaled, type Transform } from '../src/robustness/transforms.js';

const FPS = 5;
const pattern = (seconds: number, size = '160x120') => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`],
];
const h264 = (...more: string[]) => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '50', '-bf', '3'],
  ...more,
];
const irregular = ['-vf', "select='lt(mod(n,40),9)+not(mod(n,7))'", '-fps_mode', 'vfr'];

/** How to make clips of 4 s, each with a peculiarity. */
const KINDS: Record<string, (folder: string, target: string) => Promise<void>> = {
  'a plain clip': (_, target) => ffmpeg(...pattern(4), ...h264(), target),
  'a clip whose sound lasts longer': (_, target) =>
    ffmpeg(...pattern(4), '-f', 'lavfi', '-i', 'sine=duration=5.5', ...h264('-c:a', 'aac'), target),
  'a clip of variable frame rate': (_, target) => ffmpeg(...pattern(4), ...irregular, ...h264(), target),
  'a clip that an edit list begins in the middle': async (folder, target) => {
    await ffmpeg(...pattern(5.3), ...h264(), join(folder, 'uncut.mp4'));
    await ffmpeg('-ss', '1.3', '-i', join(folder, 'uncut.mp4'), '-c', 'copy', target);
  },
  'a clip that is rotated already': async (folder, target) => {
    await ffmpeg(...pattern(4), ...h264(), join(folder, 'upright.mp4'));
    await ffmpeg('-display_rotation', '90', '-i', join(folder, 'upright.mp4'), '-c', 'copy', target);
  },
};

const probeClip = (clip: string): Promise<Probe> => probeVideo(clip, { maxSeconds: 60, maxPixels: 2 ** 24 });
const frameCount = ({ fps, duration_s }: Probe): number => Math.round(fps * duration_s);
const decode = (clip: string, seconds: number): Promise<Uint8Array> =>
  decodeFrames(clip, {
    start: 0,
    end: Math.floor(seconds * FPS),
    fps: FPS,
    height: 48,
    width: 48,
    fit: 'stretch',
  });
const distance = (first: Uint8Array, second: Uint8Array): number =>
  first.reduce((sum, value, index) => sum + Math.abs(value - second[index]!), 0) / first.length;
/** The frames of what `decode` gives. */
const split = (frames: Uint8Array): Uint8Array[] =>
  Array.from({ length: frames.length / (48 * 48 * 3) }, (_, index) =>
    frames.subarray(index * 48 * 48 * 3, (index + 1) * 48 * 48 * 3),
  );
/** How far a frame is from the nearest of another one and its neighbours. */
const nearest = (frame: Uint8Array, others: Uint8Array[], index: number): number =>
  Math.min(...others.slice(Math.max(0, index - 1), index + 2).map((other) => distance(frame, other)));
/** ffmpeg's description of the track as it is stored. */
const stored = async (clip: string): Promise<string> =>
  (await promisify(execFile)(ffmpegPath(), ['-hide_banner', '-i', clip, '-c', 'copy', '-f', 'null', '-']))
    .stderr;

describe.each(Object.keys(KINDS))('of %s', (kind) => {
  let folder: string;
  let clip: string;
  let plain: Probe;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-test-robustness-'));
    clip = join(folder, 'clip.mp4');
    await KINDS[kind]!(folder, clip);
    plain = await probeClip(clip);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const variant = async (name: string, transform: Transform) => {
    const target = join(folder, `${name}.mp4`);
    await makeClip(transform, clip, target);
    return { target, probe: await probeClip(target) };
  };
  const frameSeconds = () => plain.duration_s / frameCount(plain);

  it('the looped one has every frame twice, and shows the same the second time', async () => {
    const { target, probe } = await variant('looped', looped(2));
    expect(frameCount(probe)).toBe(2 * frameCount(plain));
    expect(Math.abs(probe.duration_s - 2 * plain.duration_s)).toBeLessThan(frameSeconds());
    expect([probe.width, probe.height]).toEqual([plain.width, plain.height]);
    const frames = await decodeFrames(target, {
      start: 0,
      end: Math.floor(2 * plain.duration_s * 25),
      fps: 25,
      height: 24,
      width: 24,
      fit: 'stretch',
    });
    const lap = Math.round(plain.duration_s * 25) * 24 * 24 * 3;
    expect(distance(frames.subarray(0, lap), frames.subarray(lap))).toBeLessThan(4);
  });

  it('the one behind a black picture shows that first, and then the clip', async () => {
    const { target, probe } = await variant('lead', afterLead(3));
    expect(probe.duration_s).toBeCloseTo(plain.duration_s + 3, 0);
    const [black, ...rest] = [3, plain.duration_s - 0.5].map((seconds) => Math.floor(seconds * FPS));
    const frames = split(await decode(target, 3 + plain.duration_s - 0.5));
    for (const frame of frames.slice(0, black)) expect(Math.max(...frame)).toBeLessThan(4);
    const own = split(await decode(clip, plain.duration_s - 0.5));
    for (let index = 0; index < rest[0]!; index += 1)
      expect(distance(frames[black! + index]!, own[index]!), `${index}`).toBeLessThan(4);
  });

  it('the paused one holds the picture of its middle, and goes on where it stopped', async () => {
    const { target, probe } = await variant('paused', paused(3));
    expect(probe.duration_s).toBeCloseTo(plain.duration_s + 3, 0);
    const [middle, still] = [Math.floor(plain.duration_s / 2), 3].map((seconds) => seconds * FPS);
    const frames = split(await decode(target, 3 + plain.duration_s - 0.5));
    const own = split(await decode(clip, plain.duration_s - 0.5));
    const shown = (index: number) =>
      index < middle! ? index : index < middle! + still! ? middle! : index - still!;
    // where no picture begins at the middle, the next one is held
    const near = [middle!, middle! + still!];
    for (const [index, frame] of frames.entries())
      if (near.every((edge) => Math.abs(index - edge) > 1))
        expect(nearest(frame, own, shown(index)), `${index}`).toBeLessThan(8);
  });

  it('the one there and back is the clip, and then its pictures from the last to the first', async () => {
    const { target, probe } = await variant('back', thereAndBack);
    expect(probe.duration_s).toBeGreaterThan(2 * plain.duration_s - 0.5);
    const frames = split(await decode(target, 2 * plain.duration_s - 0.5));
    const fromTheEnd = (seconds: number) => frames[Math.round((plain.duration_s + seconds) * FPS)]!;
    // of the pictures before the turn, the one that is as far from it is the nearest to one after it
    for (const seconds of [0.6, 1.2]) {
      const far = [0.2, 0.6, 1.2, 1.8].toSorted(
        (one, other) =>
          distance(fromTheEnd(-one), fromTheEnd(seconds)) - distance(fromTheEnd(-other), fromTheEnd(seconds)),
      );
      expect(far[0], `${seconds}`).toBe(seconds);
    }
  });

  it('the scaled ones have the size on the shorter side, and the same shape, times and content', async () => {
    for (const size of [96, 240]) {
      const { target, probe } = await variant(`${size}p`, scaled(size));
      expect(Math.min(probe.width, probe.height)).toBe(size);
      expect(probe.width / probe.height).toBeCloseTo(plain.width / plain.height, 1);
      expect(frameCount(probe)).toBe(frameCount(plain));
      expect(
        distance(await decode(target, plain.duration_s), await decode(clip, plain.duration_s)),
      ).toBeLessThan(6);
    }
  });

  it('the compressed one has the same size and times, and far fewer bytes than a fine copy', async () => {
    const { target, probe } = await variant('compressed', compressed);
    const fine = await variant('fine', scaled(Math.min(plain.width, plain.height)));
    expect(probe).toMatchObject({ width: plain.width, height: plain.height, codec: 'h264' });
    expect(frameCount(probe)).toBe(frameCount(plain));
    expect(Math.abs(probe.duration_s - plain.duration_s)).toBeLessThan(2 * frameSeconds());
    expect((await stat(target)).size).toBeLessThan(0.4 * (await stat(fine.target)).size);
  });

  it('the rotated one is stored turned, and shown as before', async () => {
    const { target, probe } = await variant('rotated', rotated);
    expect(await stored(target)).toContain(` ${plain.height}x${plain.width}`);
    expect(await stored(target)).toContain('rotation of 90.00 degrees');
    expect([probe.width, probe.height, frameCount(probe)]).toEqual([
      plain.width,
      plain.height,
      frameCount(plain),
    ]);
    expect(
      distance(await decode(target, plain.duration_s), await decode(clip, plain.duration_s)),
    ).toBeLessThan(4);
  });
});

describe('the variants in high dynamic range', () => {
  it.each(['smpte2084', 'arib-std-b67'] as const)('show what the clip shows: %s', async (transfer) => {
    const folder = await mkdtemp(join(tmpdir(), 'loci-test-robustness-'));
    try {
      const clip = await sampleClip();
      const target = join(folder, 'hdr.mp4');
      await makeClip(inHdr(transfer), clip, target);
      expect(await stored(target)).toContain(transfer);
      const [hdr, plain] = [await probeClip(target), await probeClip(clip)];
      expect([hdr.width, hdr.height, frameCount(hdr)]).toEqual([
        plain.width,
        plain.height,
        frameCount(plain),
      ]);
      expect(distance(await decode(target, 2), await decode(clip, 2))).toBeLessThan(4);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a variant’s clip', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-test-robustness-'));
    await ffmpeg(...pattern(1), ...h264(), join(folder, 'clip.mp4'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('with copied packets has the clip’s own frames, bit for bit', async () => {
    await makeClip(looped(2), join(folder, 'clip.mp4'), join(folder, 'looped.mp4'));
    const size = { fps: 25, height: 24, width: 24, fit: 'stretch' } as const;
    const once = await decodeFrames(join(folder, 'clip.mp4'), { ...size, start: 0, end: 25 });
    expect(await decodeFrames(join(folder, 'looped.mp4'), { ...size, start: 0, end: 50 })).toEqual(
      Uint8Array.from([...once, ...once]),
    );
  });

  it('between two rounds of itself has the other clip, in its own size', async () => {
    const other = join(folder, 'other.mp4');
    await ffmpeg('-f', 'lavfi', '-i', 'color=red:size=96x96:rate=10:duration=1', ...h264(), other);
    await makeClip(withAnother(3), join(folder, 'clip.mp4'), join(folder, 'aba.mp4'), other);
    const probe = await probeClip(join(folder, 'aba.mp4'));
    expect(probe).toMatchObject({ width: 160, height: 120 });
    expect(probe.duration_s).toBeCloseTo(3, 1);
    const frames = split(await decode(join(folder, 'aba.mp4'), 2.8));
    const [red] = split(await decode(other, 1));
    expect(distance(frames[7]!, red!)).toBeLessThan(4);
    for (const index of [0, 2, 3])
      expect(distance(frames[index]!, frames[10 + index]!), `${index}`).toBeLessThan(4);
  });

  it('may have an odd size before', async () => {
    await ffmpeg(...pattern(1, '161x121'), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj444p', join(folder, 'odd.mp4'));
    for (const transform of [compressed, rotated, scaled(96)])
      await makeClip(transform, join(folder, 'odd.mp4'), join(folder, 'even.mp4'));
    expect(await probeClip(join(folder, 'even.mp4'))).toMatchObject({ width: 128, height: 96 });
  });

  it('is made whole or not at all: a failure leaves no file, and one sentence', async () => {
    await expect(makeClip(compressed, join(folder, 'missing.mp4'), join(folder, 'none.mp4'))).rejects.toThrow(
      /^ffmpeg could not make .*none\.mp4\.part\.mp4: .*No such file or directory$/,
    );
    await expect(makeClip(rotated, join(folder, 'missing.mp4'), join(folder, 'none.mp4'))).rejects.toThrow(
      /No such file/,
    );
    expect((await readdir(folder)).filter((name) => name.startsWith('none'))).toEqual([]);
  });
});
