import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { frameCount } from '@loci/pipeline';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames, prepareVideo, type PreparedVideo } from '../src/index.js';
import { allPictures, ClipFolder, h264, KINDS, pattern, sound } from './clips.js';
import { ServedFile } from './serving.js';
import { clockJumps, fallingBack } from './timelines.js';

const limits = { maxSeconds: 7200, maxPixels: 4_000_000 };
const size = { height: 24, width: 32, fit: 'crop', fps: 5 } as const;
const FRAME = 24 * 32 * 3;
const folder = new ClipFolder();
afterAll(() => folder.remove());

/** A prepared file, and where it can be decoded. */
async function prepared(source: string): Promise<PreparedVideo & { stored: string }> {
  let stored = source;
  const { size: bytes } = await stat(source);
  const video = await prepareVideo(
    {
      source,
      bytes,
      keep: async (file) => {
        stored = `${source}.remuxed`;
        await writeFile(stored, createReadStream('', { fd: file.fd, start: 0, autoClose: false }));
        return { source: stored, bytes: (await stat(stored)).size };
      },
    },
    limits,
  );
  return { ...video, stored };
}

/** All sampled frames of a prepared file: in one range, and in many. */
async function frames(video: Awaited<ReturnType<typeof prepared>>) {
  const count = frameCount(video.probe.duration_s, size.fps);
  const range = (start: number, end: number) =>
    decodeFrames(video.stored, { ...samplingOf(video), start, end: Math.min(end, count) });
  const whole = await range(0, count);
  const parts: Uint8Array[] = [];
  for (let start = 0; start < count; start += 7) parts.push(await range(start, start + 7));
  return { count, whole, parts: Buffer.concat(parts) };
}

/** How a prepared file is decoded. */
const samplingOf = ({ probe, access }: PreparedVideo) => ({
  ...size,
  track: access.remuxed_bytes === null ? probe.track : 0,
  refreshS: access.refreshes ? access.entry_interval_s : undefined,
});

/** Five frames from late in a file, of which what lies between 25 % and 50 % of its bytes is never sent. */
async function lateFrames(video: PreparedVideo & { stored: string }, start = 50): Promise<Uint8Array> {
  const served = await ServedFile.open(video.stored);
  const { size: bytes } = await stat(video.stored);
  served.withheld = { from: Math.round(bytes * 0.25), to: Math.round(bytes * 0.5) };
  try {
    const range = { start, end: start + 5, timeLimitMs: 2000 };
    return await decodeFrames(served.url, { ...samplingOf(video), ...range });
  } finally {
    await served.close();
  }
}

/** The pictures of a file in the order in which they are shown, sampled as if each were shown for 1/25 s. */
async function oneAfterTheOther(file: string, count: number): Promise<Buffer> {
  const { pictures } = await allPictures(file, size.height, size.width);
  return Buffer.concat(Array.from({ length: count }, (_, index) => pictures[index * (25 / size.fps)]!));
}

const differing = (a: Uint8Array, b: Uint8Array): number[] =>
  Array.from({ length: Math.max(a.length, b.length) / FRAME }, (_, index) => index).filter((index) => {
    const [from, to] = [index * FRAME, (index + 1) * FRAME];
    return Buffer.compare(a.subarray(from, to), b.subarray(from, to)) !== 0;
  });

describe('One timeline, in the probe and wherever decoding begins,', () => {
  it.each(['in order', 'reordered'] as const)(
    'has a file whose times fall back (pictures %s)',
    async (pictures) => {
      const video = await prepared(await fallingBack(folder, pictures));
      expect(video.probe).toMatchObject({ start_s: 0, fps: 25 });
      expect(video.probe.duration_s).toBeCloseTo(6, 2);
      const { count, whole, parts } = await frames(video);
      expect(differing(whole, await oneAfterTheOther(folder.path(`${pictures}.mkv`), count))).toEqual([]);
      expect(differing(parts, whole)).toEqual([]);
    },
  );

  it.each([[[0, 100, 50]], [[26 * 3600, 3, 3.5]]])(
    'has a transport stream whose clock is set anew: %j',
    async (starts) => {
      const video = await prepared(await clockJumps(folder, starts));
      expect(video.probe).toMatchObject({ start_s: 0, width: 160, codec: 'h264' });
      expect(video.probe.duration_s).toBeCloseTo(6, 2);
      const { count, whole, parts } = await frames(video);
      const each = await Promise.all(
        starts.map((start) => allPictures(folder.path(`part-${start}.ts`), size.height, size.width)),
      );
      const all = each.flatMap(({ pictures }) => pictures);
      const expected = Array.from({ length: count }, (_, index) => all[index * (25 / size.fps)]!);
      expect(differing(whole, Buffer.concat(expected))).toEqual([]);
      expect(differing(parts, whole)).toEqual([]);
    },
  );

  it('has a transport stream that begins between key pictures, with sound before them', async () => {
    const whole = await folder.make(
      [...sound(6), ...pattern(6), ...h264('-g', '25', '-bf', '2'), '-c:a', 'aac', '-f', 'mpegts'],
      'sound.ts',
    );
    const bytes = await readFile(whole);
    const late = folder.path('late.ts');
    await writeFile(late, bytes.subarray(188 * Math.floor(bytes.length / 188 / 4)));
    const video = await prepared(late);
    expect(video.probe.start_s).toBeGreaterThan(0.1);
    const sampled = await frames(video);
    expect(differing(sampled.parts, sampled.whole)).toEqual([]);
  });
});

describe('A file is stored as it came', () => {
  it.each([
    'constant rate with sound',
    'open groups in Matroska',
    'a start later than 0',
    'rotated by a half',
  ])('when it has an index: %s', async (kind) => {
    const file = await KINDS[kind]!(folder);
    expect((await prepared(file)).access).toMatchObject({ remuxed_bytes: null, refreshes: false });
  });
});

describe('The first picture that is kept', () => {
  it.each(Object.keys(KINDS))('is the one that decoding finds: %s', async (kind) => {
    const video = await prepared(await KINDS[kind]!(folder));
    const { first_picture: firstPicture } = video.access;
    const range = { ...samplingOf(video), start: 0, end: 6 };
    const found = await decodeFrames(video.stored, range);
    expect(differing(await decodeFrames(video.stored, { ...range, firstPicture }), found)).toEqual([]);
  });

  it('is kept of most clips, and not of one that is turned', async () => {
    const picture = async (kind: string) => (await prepared(await KINDS[kind]!(folder))).access.first_picture;
    expect(await picture('constant rate with sound')).toMatchObject({ ticks: 0, width: 160, height: 120 });
    expect(await picture('rotated by a half')).toBeUndefined();
  });
});

describe('A copy', () => {
  it('is the same each time, byte for byte', async () => {
    const file = await clockJumps(folder, [0, 100, 50]);
    const first = await readFile((await prepared(file)).stored);
    expect(await readFile((await prepared(file)).stored)).toEqual(first);
  });
});

describe('Pictures that are refreshed bit by bit', () => {
  const refreshing = (...params: string[]): string[] => [
    ...[
      ...pattern(12, { size: '640x480' }),
      ...h264('-crf', '16', '-x264-params', 'intra-refresh=1:keyint=25:bframes=0:scenecut=0'),
    ],
    ...params,
  ];

  it.each(['refreshed.mkv', 'refreshed.mp4', 'refreshed.ts'])(
    'are the same wherever decoding begins, which needs nothing of what is long before (%s)',
    async (name) => {
      const video = await prepared(await folder.make(refreshing(), name));
      expect(video.access).toMatchObject({ refreshes: true, entry_interval_s: 1 });
      const { whole, parts } = await frames(video);
      expect(differing(parts, whole)).toEqual([]);
      expect(await lateFrames(video)).toEqual(whole.subarray(50 * FRAME, 55 * FRAME));
    },
  );

  it('begin, in the probe as in a decode, with the first one that is whole', async () => {
    const file = await folder.make(refreshing(), 'refreshed.ts');
    const bytes = await readFile(file);
    await writeFile(folder.path('tail.ts'), bytes.subarray(188 * Math.floor(bytes.length / 188 / 3)));
    const video = await prepared(folder.path('tail.ts'));
    const { times } = await allPictures(video.stored, size.height, size.width);
    expect(video.probe.duration_s).toBeCloseTo(times.at(-1)! + 1 / 25, 2);
    const { whole, parts } = await frames(video);
    expect(differing(parts, whole)).toEqual([]);
  });
});

describe('An hour without an index', () => {
  it('is copied into a file with one, in which a late chunk reads nothing of the middle', async () => {
    const file = await folder.make(
      [
        ...['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=2:duration=3600', '-c:v', 'libvpx'],
        ...['-deadline', 'realtime', '-cpu-used', '8', '-g', '40', '-f', 'webm', '-live', '1'],
      ],
      'hour.webm',
    );
    const video = await prepared(file);
    expect(video.probe.duration_s).toBeCloseTo(3600, 0);
    expect(video.access.remuxed_bytes).toBeGreaterThan(0);
    const sampled = await decodeFrames(file, { ...size, start: 17_000, end: 17_005 });
    expect(await lateFrames(video, 17_000)).toEqual(sampled);
    await expect(lateFrames({ ...video, stored: file }, 17_000)).rejects.toThrow('took too long');
  });
});
