import { copyFile, readFile, truncate, writeFile, stat } from 'node:fs/promises';
import { AbortedError } from '@loci/contracts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  decodeFrames,
  DecodeError,
  DecodeTimeoutError,
  FfmpegKilledError,
  FfmpegMissingError,
  ffmpegPath,
  probeVideo,
  setFfmpegPath,
  SourceUnreachableError,
} from '../src/index.js';
import { ClipFolder, h264, KINDS, pattern } from './clips.js';
import { ServedFile } from './serving.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
const size = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
const FRAME = 24 * 32 * 3;
const frameOf = (frames: Uint8Array, index: number): Uint8Array =>
  frames.subarray(index * FRAME, (index + 1) * FRAME);

/** A flat colour as RGB, averaged over the middle of a frame. */
function middle(frame: Uint8Array, height: number, width: number): number[] {
  const index = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
  return [...frame.subarray(index, index + 3)];
}

describe('Decoding', () => {
  it('repeats the last picture past the end', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    const whole = await decodeFrames(clip, { ...size, start: 0, end: 12 });
    const past = await decodeFrames(clip, { ...size, start: 11, end: 14 });
    const farPast = await decodeFrames(clip, { ...size, start: 100, end: 102 });
    const last = frameOf(past, 1);
    expect(frameOf(past, 0)).toEqual(frameOf(whole, 11));
    // the last picture is later than the frame at 5.5 s
    expect(last).not.toEqual(frameOf(whole, 11));
    expect(frameOf(past, 2)).toEqual(last);
    expect(frameOf(farPast, 0)).toEqual(last);
    expect(frameOf(farPast, 1)).toEqual(last);
  });

  it('of a clip of one picture, or of one pixel, gives it for all times', async () => {
    const picture = await folder.make([...pattern(1, { rate: 1 }), ...h264('-frames:v', '1')], 'one.mp4');
    const frames = await decodeFrames(picture, { ...size, start: 0, end: 3 });
    expect(frameOf(frames, 2)).toEqual(frameOf(frames, 0));
    const pixel = await folder.make(
      ['-f', 'lavfi', '-i', 'color=red:size=16x16:rate=5:duration=1', '-vf', 'scale=1:1', '-c:v', 'libvpx'],
      'pixel.webm',
    );
    const [red, green, blue] = middle(await decodeFrames(pixel, { ...size, start: 0, end: 1 }), 24, 32);
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green!, blue!)).toBeLessThan(60);
  });

  it('of a clip with fewer pictures a second than are sampled shows each until the next one', async () => {
    const clip = await folder.make([...pattern(3, { rate: 2 }), ...h264()], 'slow.mp4');
    const pictures = await decodeFrames(clip, { ...size, fps: 2, start: 0, end: 6 });
    const often = await decodeFrames(clip, { ...size, fps: 8, start: 0, end: 24 });
    expect(Array.from({ length: 24 }, (_, index) => frameOf(often, index))).toEqual(
      Array.from({ length: 24 }, (_, index) => frameOf(pictures, Math.floor(index / 4))),
    );
  });

  it('gives red, green, blue in rows from the top left', async () => {
    const halves =
      'color=red:size=64x48:rate=5:duration=1[a];color=blue:size=64x48:rate=5:duration=1[b];[a][b]vstack';
    const clip = await folder.make(['-filter_complex', halves, ...h264()], 'halves.mp4');
    const frames = await decodeFrames(clip, { ...size, start: 0, end: 1 });
    expect(frames[0]).toBeGreaterThan(200);
    expect(frames[2]).toBeLessThan(60);
    expect(frames.at(-3)).toBeLessThan(60);
    expect(frames.at(-1)).toBeGreaterThan(200);
  });

  it('crops the middle or stretches, as it is told', async () => {
    // green sides that a crop to 4:3 leaves out
    const bars = [
      'color=green:size=40x90:rate=5:duration=1[a]',
      'color=red:size=120x90:rate=5:duration=1[b]',
      'color=green:size=40x90:rate=5:duration=1[c]',
      '[a][b][c]hstack=3',
    ].join(';');
    const clip = await folder.make(['-filter_complex', bars, ...h264('-crf', '5')], 'bars.mp4');
    const greenest = (frames: Uint8Array): number =>
      frames.reduce((most, value, index) => (index % 3 === 1 ? Math.max(most, value) : most), 0);
    expect(greenest(await decodeFrames(clip, { ...size, start: 0, end: 1 }))).toBeLessThan(60);
    expect(greenest(await decodeFrames(clip, { ...size, fit: 'stretch', start: 0, end: 1 }))).toBeGreaterThan(
      100,
    );
  });

  it('is told to stop by its signal, and the process is gone by then', async () => {
    const clip = await KINDS['one group of pictures']!(folder);
    const controller = new AbortController();
    const decoding = decodeFrames(clip, { ...size, start: 0, end: 20 }, controller.signal);
    controller.abort();
    await expect(decoding).rejects.toThrow(AbortedError);
    await expect(decodeFrames(clip, { ...size, start: 0, end: 1 }, controller.signal)).rejects.toThrow(
      AbortedError,
    );
    await expect(probeVideo(clip, { maxSeconds: 60, maxPixels: 1e6 }, controller.signal)).rejects.toThrow(
      AbortedError,
    );
  });

  it('ends at its time limit, to be tried again', async () => {
    const clip = await KINDS['one group of pictures']!(folder);
    const decoding = decodeFrames(clip, { ...size, start: 0, end: 20, timeLimitMs: 1 });
    await expect(decoding).rejects.toThrow(new DecodeTimeoutError('The clip took too long to decode.'));
  });

  it('of a file that is no video, or whose pictures are noise, ends with decode-failed', async () => {
    await writeFile(folder.path('text.mp4'), 'no film\n'.repeat(100));
    await expect(decodeFrames(folder.path('text.mp4'), { ...size, start: 0, end: 1 })).rejects.toThrow(
      DecodeError,
    );
    await expect(decodeFrames(folder.path('text.mp4'), { ...size, start: 4, end: 5 })).rejects.toThrow(
      DecodeError,
    );
    const noise = await readFile(
      await folder.make([...pattern(1), ...h264('-movflags', '+faststart')], 'noise.mp4'),
    );
    noise.fill(0xa5, noise.indexOf('mdat') + 4);
    await writeFile(folder.path('noise.mp4'), noise);
    await expect(decodeFrames(folder.path('noise.mp4'), { ...size, start: 0, end: 1 })).rejects.toThrow(
      DecodeError,
    );
  });

  it('of a clip that was cut short after its probe is a passing fault, and no end of the clip', async () => {
    const clip = await folder.make(
      [...pattern(4), ...h264('-g', '10', '-movflags', '+faststart')],
      'short.mp4',
    );
    const whole = await decodeFrames(clip, { ...size, start: 0, end: 8 });
    await truncate(clip, Math.floor((await stat(clip)).size * 0.6));
    await expect(decodeFrames(clip, { ...size, start: 0, end: 8 })).rejects.toThrow(SourceUnreachableError);
    const left = await decodeFrames(clip, { ...size, start: 0, end: 3 });
    expect(left).toEqual(whole.subarray(0, 3 * FRAME));
  });

  it('is a passing fault when the system ends ffmpeg', async () => {
    // stands for the ffmpeg of a machine that runs out of memory after two frames
    const killed = folder.path('killed-ffmpeg');
    await writeFile(killed, `#!/bin/sh\nhead -c ${2 * FRAME} /dev/zero\nkill -9 $$\n`, { mode: 0o755 });
    const clip = await KINDS['constant rate with sound']!(folder);
    setFfmpegPath(killed);
    try {
      await expect(decodeFrames(clip, { ...size, start: 0, end: 8 })).rejects.toThrow(FfmpegKilledError);
    } finally {
      setFfmpegPath(undefined);
    }
  });

  it('refuses what is no range of frames', async () => {
    for (const [start, end] of [
      [2, 2],
      [-1, 2],
      [0.5, 2],
    ] as const) {
      await expect(decodeFrames('clip.mp4', { ...size, start, end })).rejects.toThrow(RangeError);
    }
  });
});

describe('Over HTTP', () => {
  it('a clip gives the same probe and frames as from its file', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    const served = await ServedFile.open(clip);
    try {
      const limits = { maxSeconds: 60, maxPixels: 1e6 };
      expect(await probeVideo(served.url, limits)).toEqual(await probeVideo(clip, limits));
      const range = { ...size, start: 5, end: 11 };
      expect(await decodeFrames(served.url, range)).toEqual(await decodeFrames(clip, range));
    } finally {
      await served.close();
    }
  });

  it('the first picture of a clip with an identity is read once, and the frames stay the same', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    const served = await ServedFile.open(clip);
    try {
      const range = { ...size, start: 5, end: 9 };
      const first = await decodeFrames(served.url, { ...range, identity: 'the clip' });
      const requests = served.requests;
      const second = await decodeFrames(served.url, { ...range, identity: 'the clip' });
      expect(served.requests - requests).toBeLessThan(requests);
      expect([first, second]).toEqual([await decodeFrames(clip, range), first]);
    } finally {
      await served.close();
    }
  });

  it('late frames are sought, not reached by reading everything before them', async () => {
    const clip = await folder.make(
      [...pattern(60, { rate: 10 }), ...h264('-g', '20', '-crf', '3', '-movflags', '+faststart')],
      'minute.mp4',
    );
    const served = await ServedFile.open(clip);
    const range = { ...size, start: 116, end: 120 };
    try {
      const expected = await decodeFrames(clip, range);
      served.withheld = { from: Math.floor(served.size * 0.2), to: Math.floor(served.size * 0.8) };
      expect(await decodeFrames(served.url, range)).toEqual(expected);
      await expect(decodeFrames(served.url, { ...range, start: 0, timeLimitMs: 2000 })).rejects.toThrow(
        DecodeTimeoutError,
      );
    } finally {
      await served.close();
    }
  });

  it('a refusal or a store that is down is a passing fault, told without the signature', async () => {
    const served = await ServedFile.open(await KINDS['constant rate with sound']!(folder));
    served.refuseWith = 503;
    const refused: unknown = await decodeFrames(served.url, { ...size, start: 0, end: 1 }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(SourceUnreachableError);
    expect((refused as Error).message).not.toContain('secret');
    served.refuseWith = 403;
    await expect(probeVideo(served.url, { maxSeconds: 60, maxPixels: 1e6 })).rejects.toThrow(
      SourceUnreachableError,
    );
    const { url } = served;
    await served.close();
    await expect(decodeFrames(url, { ...size, start: 3, end: 4 })).rejects.toThrow(SourceUnreachableError);
  });
});

describe('The ffmpeg in use', () => {
  afterEach(() => setFfmpegPath(undefined));

  it('comes with the packages, and another may be set', () => {
    expect(ffmpegPath()).toMatch(/node_modules.*ffmpeg$/);
    setFfmpegPath('/opt/ffmpeg');
    expect(ffmpegPath()).toBe('/opt/ffmpeg');
  });

  it('that does not start is said to be missing', async () => {
    await copyFile(await KINDS['constant rate with sound']!(folder), folder.path('fine.mp4'));
    setFfmpegPath('/no/such/ffmpeg');
    await expect(probeVideo(folder.path('fine.mp4'), { maxSeconds: 60, maxPixels: 1e6 })).rejects.toThrow(
      FfmpegMissingError,
    );
  });
});
