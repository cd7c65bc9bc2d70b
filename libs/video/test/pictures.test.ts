import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../src/index.js';
import { ClipFolder, coloursChange, h264, KINDS, sizeChanges } from './clips.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
const size = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
const FRAME = 24 * 32 * 3;
const frameOf = (frames: Uint8Array, index: number): Uint8Array =>
  frames.subarray(index * FRAME, (index + 1) * FRAME);

/** Pictures of this width and height are turned and mirrored pixel by pixel. */
const SIDE = 48;
const moved = (picture: Uint8Array, from: (x: number, y: number) => [number, number]): Uint8Array =>
  picture.map((_, index) => {
    const pixel = Math.floor(index / 3);
    const [x, y] = from(pixel % SIDE, Math.floor(pixel / SIDE));
    return picture[(y * SIDE + x) * 3 + (index % 3)] ?? 0;
  });
const mirrored = (picture: Uint8Array) => moved(picture, (x, y) => [SIDE - 1 - x, y]);
/** A quarter to the left. */
const left = (picture: Uint8Array) => moved(picture, (x, y) => [SIDE - 1 - y, x]);

const meanDistance = (a: Uint8Array, b: Uint8Array): number => {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
};

/** The pixels of a picture, RGB. */
async function pixelsOf(picture: string): Promise<Uint8Array> {
  const raw = await folder.make(
    ['-i', picture, '-pix_fmt', 'rgb24', '-f', 'rawvideo'],
    `${basename(picture)}.rgb`,
  );
  return readFile(raw);
}

/**
 * Two seconds of soft colours: coarse steps would average differently in another transfer function. All is
 * named, for what is not is random in spite of a seed; and nothing is so bright that the curve bends it.
 */
const ENDS = 'c0=0x204060:c1=0xc0a080:x0=0:y0=0:x1=159:y1=119';
const SMOOTH = ['-f', 'lavfi', '-i', `gradients=size=160x120:rate=25:duration=2:speed=0.05:${ENDS}`];
const BT709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

/** Arguments that make an HDR clip whose white is that of BT.2408. */
const toHdr = (transfer: string): string[] => [
  '-vf',
  [
    'zscale=transfer=linear:npl=203,format=gbrpf32le,zscale=primaries=bt2020',
    `zscale=transfer=${transfer}:matrix=bt2020nc:range=tv:npl=203,format=yuv420p10le`,
  ].join(','),
  ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-crf', '4'],
  ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'],
];

describe('The frames', () => {
  it('of a clip whose pictures change their size shows all of each, at the first one’s size', async () => {
    const clip = await sizeChanges(folder);
    const frames = await decodeFrames(clip, { ...size, start: 0, end: 12 });
    const wide = await folder.make(
      ['-i', folder.path('sizes-2.h264'), '-frames:v', '1', '-vf', 'scale=32:18:flags=area'],
      'wide.png',
    );
    const rows = (frame: Uint8Array, from: number, to: number) => frame.subarray(from * 96, to * 96);
    const [last, first] = [frameOf(frames, 5), frameOf(frames, 6)];
    expect(Math.max(...rows(last, 0, 3))).toBeGreaterThan(200);
    expect(Math.max(...rows(first, 0, 2), ...rows(first, 22, 24))).toBeLessThan(8);
    expect(meanDistance(rows(first, 3, 21), await pixelsOf(wide))).toBeLessThan(20);
    // wherever a range begins
    expect(await decodeFrames(clip, { ...size, start: 8, end: 12 })).toEqual(frames.subarray(8 * FRAME));
  });

  it.each([
    ['-display_rotation 90', [left]],
    ['-display_rotation 180', [left, left]],
    ['-display_rotation 270', [left, left, left]],
    ['-display_hflip', [mirrored]],
    ['-display_vflip', [left, left, mirrored]],
    ['-display_rotation 90 -display_hflip', [left, mirrored]],
    ['-display_rotation 270 -display_hflip', [left, left, left, mirrored]],
  ])('of a clip whose pictures change their size are turned as ever (%s)', async (options, turns) => {
    const plain = await sizeChanges(folder);
    const clip = await folder.make([...options.split(' '), '-i', plain, '-c', 'copy'], `${options}.mp4`);
    const range = { ...size, height: SIDE, width: SIDE, fit: 'stretch', start: 0, end: 12 } as const;
    const [frames, upright] = [await decodeFrames(clip, range), await decodeFrames(plain, range)];
    for (let frame = 0; frame < range.end; frame += 1) {
      const [from, to] = [frame * SIDE * SIDE * 3, (frame + 1) * SIDE * SIDE * 3];
      const expected = turns.reduce((picture, turn) => turn(picture), upright.subarray(from, to));
      expect(meanDistance(frames.subarray(from, to), expected)).toBeLessThan(1);
    }
  });

  it('of a clip whose colour tags change converts each picture by its own', async () => {
    const clip = await coloursChange(folder);
    const frames = await decodeFrames(clip, { ...size, start: 0, end: 12 });
    // wherever a range begins
    expect(await decodeFrames(clip, { ...size, start: 9, end: 12 })).toEqual(frames.subarray(9 * FRAME));
    for (const [part, from] of [
      [1, 0],
      [2, 6],
    ] as const) {
      const alone = await folder.make(
        ['-r', '25', '-i', folder.path(`colours-${part}.h264`), '-c', 'copy'],
        `colours-${part}.mkv`,
      );
      const expected = await decodeFrames(alone, { ...size, start: 0, end: 6 });
      expect(meanDistance(frames.subarray(from * FRAME, (from + 6) * FRAME), expected)).toBeLessThan(4);
    }
  });

  it('of a mirrored clip gives the same frames as of the same pixels mirrored', async () => {
    const mirrored = await decodeFrames(await KINDS['mirrored by a display matrix']!(folder), {
      ...{ ...size, fit: 'stretch', width: 160, height: 90 },
      ...{ start: 0, end: 8 },
    });
    const plain = await decodeFrames(folder.path('upright.mp4'), {
      ...{ ...size, fit: 'stretch', width: 160, height: 90 },
      ...{ start: 0, end: 8 },
    });
    const pixels = Array.from({ length: plain.length / 3 }, (_, index) =>
      plain.subarray(index * 3, index * 3 + 3),
    );
    const rows = Array.from({ length: pixels.length / 160 }, (_, row) =>
      pixels.slice(row * 160, row * 160 + 160),
    );
    expect(meanDistance(mirrored, Buffer.concat(rows.flatMap((row) => row.reverse())))).toBeLessThan(1);
  });

  it.each(['smpte2084', 'arib-std-b67'])(
    'of an HDR clip (%s) gives what its SDR version gives',
    async (transfer) => {
      const plain = await folder.make([...SMOOTH, ...h264('-crf', '4', ...BT709)], 'sdr.mp4');
      const clip = await folder.make(['-i', plain, ...toHdr(transfer)], `${transfer}.mp4`);
      const range = { ...size, start: 0, end: 4 };
      expect(meanDistance(await decodeFrames(clip, range), await decodeFrames(plain, range))).toBeLessThan(2);
    },
  );
});
