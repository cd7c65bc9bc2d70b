import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { frameCount } from '@loci/pipeline';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames, prepareVideo, type PreparedVideo } from '../src/index.js';
import { allPictures, ClipFolder, h264, KINDS, pattern, sound } from './clips.js';
import { clockJumps, fallingBack } from './timelines.js';

const limits = { maxSeconds: 600, maxPixels: 4_000_000 };
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
async function frames({ probe, access, stored }: Awaited<ReturnType<typeof prepared>>) {
  const count = frameCount(probe.duration_s, size.fps);
  const track = access.remuxed_bytes === null ? probe.track : 0;
  const range = (start: number, end: number) =>
    decodeFrames(stored, { ...size, track, start, end: Math.min(end, count) });
  const whole = await range(0, count);
  const parts: Uint8Array[] = [];
  for (let start = 0; start < count; start += 7) parts.push(await range(start, start + 7));
  return { count, whole, parts: Buffer.concat(parts) };
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

describe('A copy', () => {
  it('is the same each time, byte for byte', async () => {
    const file = await clockJumps(folder, [0, 100, 50]);
    const first = await readFile((await prepared(file)).stored);
    expect(await readFile((await prepared(file)).stored)).toEqual(first);
  });
});
