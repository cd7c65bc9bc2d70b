import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames, probeVideo } from '../src/index.js';
import { ClipFolder, h264, KINDS, pattern, sound } from './clips.js';

const limits = { maxSeconds: 600, maxPixels: 4_000_000 };
const size = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
const folder = new ClipFolder();
afterAll(() => folder.remove());

/** A file with the video tracks of other files, as they are. */
const withTracks = (name: string, files: string[], ...flags: string[]): Promise<string> =>
  folder.make(
    [
      ...files.flatMap((file) => ['-i', file]),
      ...files.flatMap((_, index) => ['-map', `${index}:v`]),
      ...['-c', 'copy', ...flags],
    ],
    name,
  );
const clip = (seconds: number, { size = '160x120', rate = 25 } = {}): Promise<string> =>
  folder.make([...pattern(seconds, { size, rate }), ...h264('-bf', '0')], `${seconds}-${size}-${rate}.mp4`);
const thumbnail = (): Promise<string> =>
  folder.make([...pattern(1, { size: '64x48' }), '-frames:v', '1', '-c:v', 'mjpeg'], 'thumbnail.mp4');

describe('Of several video tracks', () => {
  it('a picture that no flag marks as a cover is never taken', async () => {
    for (const flag of ['0', 'default']) {
      const parts = [await thumbnail(), await clip(4)];
      const file = await withTracks(
        `thumbnail-${flag}.mp4`,
        parts,
        '-disposition:v:0',
        flag,
        '-disposition:v:1',
        '0',
      );
      const probe = await probeVideo(file, limits);
      expect(probe).toMatchObject({ track: 1, codec: 'h264', width: 160, duration_s: 4 });
      const range = { ...size, start: 0, end: 8 };
      expect(await decodeFrames(file, { ...range, track: probe.track })).toEqual(
        await decodeFrames(await clip(4), range),
      );
    }
  });

  it('the one flagged as default is taken before a longer one', async () => {
    const flags = ['-disposition:v:0', '0', '-disposition:v:1', 'default'];
    const file = await withTracks('default.mkv', [await clip(6), await clip(4)], ...flags);
    expect(await probeVideo(file, limits)).toMatchObject({ track: 1, duration_s: 4 });
  });

  it.each([
    ['the longest', [clip(4), clip(6)]],
    ['of equal length that of most pictures', [clip(4, { rate: 5 }), clip(4)]],
    ['of equal length and rate the largest', [clip(4), clip(4, { size: '320x240' })]],
    ['of equals the first', [clip(6), clip(6)], 0],
  ] as [string, Promise<string>[], number?][])('%s is taken', async (name, parts, track = 1) => {
    const flags = ['-disposition:v:0', '0', '-disposition:v:1', '0'];
    const file = await withTracks(`${name}.mkv`, await Promise.all(parts), ...flags);
    expect((await probeVideo(file, limits)).track).toBe(track);
  });

  it('an animation’s is taken, not its cover', async () => {
    const animation = await folder.make(
      [...pattern(1, { rate: 5 }), '-c:v', 'libaom-av1', '-cpu-used', '8', '-f', 'avif'],
      'animation.avif',
    );
    expect(await probeVideo(animation, limits)).toMatchObject({ track: 1, duration_s: 1, fps: 5 });
  });
});

describe('A probe refuses as not-a-video', () => {
  it('still pictures', async () => {
    const still = await folder.make(
      [...pattern(1), '-frames:v', '1', '-c:v', 'libaom-av1', '-cpu-used', '8', '-f', 'avif'],
      'still.avif',
    );
    for (const file of [still, await thumbnail()])
      await expect(probeVideo(file, limits)).rejects.toMatchObject({
        problemName: 'not-a-video',
        message: 'The file is a picture, not a video.',
      });
  });

  it('what is encrypted, without a key', async () => {
    const key = '0123456789abcdef0123456789abcdef';
    const file = await folder.make(
      [
        ...[...pattern(2), ...h264(), '-encryption_scheme', 'cenc-aes-ctr'],
        ...['-encryption_key', key, '-encryption_kid', key],
      ],
      'encrypted.mp4',
    );
    await expect(probeVideo(file, limits)).rejects.toMatchObject({
      problemName: 'not-a-video',
      message: 'The video is encrypted, and there is no key to it.',
    });
  });
});

describe('A player’s time of the first picture', () => {
  it.each([
    ['a start later than the sound’s', 1.21],
    ['a start later than 0', 0],
    ['an edit list that hides the first pictures', 0],
    ['constant rate with sound', 0],
    ['WebM as a browser records it, without index or duration', 0],
  ])('of %s is %d s', async (kind, start) => {
    expect((await probeVideo(await KINDS[kind]!(folder), limits)).start_s).toBeCloseTo(start, 1);
  });

  it('counts from the earliest track, whatever the container’s clock says', async () => {
    const file = await folder.make(
      [
        ...[
          ...sound(8),
          '-itsoffset',
          '5',
          ...pattern(2),
          '-map',
          '1:v',
          '-map',
          '0:a',
          '-fps_mode',
          'passthrough',
        ],
        ...[...h264('-bf', '0'), '-c:a', 'libopus', '-output_ts_offset', '3'],
      ],
      'shifted.mkv',
    );
    expect((await probeVideo(file, limits)).start_s).toBeCloseTo(5, 1);
  });
});
