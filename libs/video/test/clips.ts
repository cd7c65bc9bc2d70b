import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ffmpegPath } from '../src/index.js';
import { readPacket } from '../src/packets.js';

const run = promisify(execFile);

/** Makes clips with ffmpeg in a folder of its own. */
export class ClipFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'loci-clips-'));
  readonly #made = new Map<string, { args: string; file: Promise<string> }>();
  path(name: string): string {
    return join(this.dir, name);
  }
  /**
   * The path of a file that ffmpeg makes with these arguments, unless it was made before.
   * @throws Error when another file has the name
   */
  make(args: string[], name: string): Promise<string> {
    const key = args.join(' ');
    const made = this.#made.get(name) ?? { args: key, file: this.#run(args, name) };
    if (made.args !== key) throw new Error(`${name} is the name of two clips`);
    this.#made.set(name, made);
    return made.file;
  }
  async #run(args: string[], name: string): Promise<string> {
    await run(ffmpegPath(), ['-v', 'error', '-y', '-nostdin', ...args, this.path(name)]);
    return this.path(name);
  }
  remove(): void {
    rmSync(this.dir, { recursive: true });
  }
}

/** Input arguments: a picture that is never twice the same. */
export const pattern = (seconds: number, { size = '160x120', rate = 25 } = {}): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
];
export const sound = (seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `sine=frequency=440:duration=${seconds}`,
];
export const h264 = (...params: string[]): string[] => [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-pix_fmt',
  'yuv420p',
  ...params,
];

/** A clip of each kind that people send, by what is peculiar about it. */
export const KINDS: Record<string, (folder: ClipFolder) => Promise<string>> = {
  'constant rate with sound': (folder) =>
    folder.make([...pattern(6), ...sound(7), ...h264('-g', '50', '-bf', '3'), '-c:a', 'aac'], 'constant.mp4'),
  'variable frame rate': (folder) =>
    folder.make(
      [
        ...pattern(8),
        '-vf',
        "select='lt(mod(n,60),9)+not(mod(n,7))'",
        '-fps_mode',
        'vfr',
        ...h264('-g', '12'),
      ],
      'variable.mp4',
    ),
  'pictures that stand for seconds': (folder) =>
    folder.make(
      [
        ...pattern(12),
        '-vf',
        "select='eq(n,0)+eq(n,3)+eq(n,110)+eq(n,111)+eq(n,280)'",
        '-fps_mode',
        'vfr',
        ...h264('-g', '2', '-bf', '0'),
      ],
      'slides.mp4',
    ),
  'one group of pictures': (folder) =>
    folder.make([...pattern(10), ...h264('-g', '10000', '-sc_threshold', '0', '-bf', '2')], 'long.mp4'),
  'open groups of pictures': (folder) =>
    folder.make(
      [
        ...pattern(6),
        ...h264('-x264-params', 'open-gop=1:keyint=20:min-keyint=20:bframes=3:b-pyramid=2:scenecut=0'),
      ],
      'open.mp4',
    ),
  'open groups in Matroska': (folder) =>
    folder.make(
      [
        ...pattern(6),
        ...h264('-x264-params', 'open-gop=1:keyint=20:min-keyint=20:bframes=3:b-pyramid=2:scenecut=0'),
      ],
      'open.mkv',
    ),
  'no whole key pictures but the first': (folder) =>
    folder.make(
      [...pattern(6), ...h264('-x264-params', 'intra-refresh=1:keyint=25:bframes=0:scenecut=0')],
      'refresh.mkv',
    ),
  'an odd size in WebM': (folder) =>
    folder.make(
      [
        ...pattern(5),
        '-vf',
        'scale=161:121',
        '-c:v',
        'libvpx-vp9',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-g',
        '30',
      ],
      'odd.webm',
    ),
  'WebM as a browser records it, without index or duration': (folder) =>
    folder.make(
      [...pattern(5), '-c:v', 'libvpx', '-deadline', 'realtime', '-g', '40', '-f', 'webm', '-live', '1'],
      'live.webm',
    ),
  'QuickTime with Motion JPEG': (folder) =>
    folder.make([...pattern(4, { rate: 12 }), '-c:v', 'mjpeg', '-q:v', '5'], 'motion.mov'),
  AV1: (folder) => folder.make([...pattern(4), '-c:v', 'libsvtav1', '-preset', '12', '-g', '30'], 'av1.mp4'),
  fragments: (folder) =>
    folder.make(
      [...pattern(5), ...h264('-g', '25'), '-movflags', 'frag_keyframe+empty_moov'],
      'fragments.mp4',
    ),
  'a start later than 0': (folder) =>
    folder.make([...pattern(5), ...h264('-g', '30'), '-output_ts_offset', '3.37'], 'late.mkv'),
  'a start later than the sound’s': (folder) =>
    folder.make(
      [
        ...sound(6),
        '-itsoffset',
        '1.21',
        ...pattern(5),
        '-map',
        '1:v',
        '-map',
        '0:a',
        '-fps_mode',
        'passthrough',
        ...h264('-g', '30'),
        '-c:a',
        'aac',
      ],
      'delayed.mp4',
    ),
  'an edit list that hides the first pictures': async (folder) => {
    const whole = await folder.make([...pattern(7), ...h264('-g', '50', '-bf', '2')], 'uncut.mp4');
    return folder.make(['-ss', '1.3', '-i', whole, '-c', 'copy'], 'cut.mp4');
  },
  'rotated by a quarter': (folder) => rotated(folder, 90),
  'rotated by a half': (folder) => rotated(folder, 180),
  'rotated by three quarters': (folder) => rotated(folder, 270),
  'pixels that are not square': (folder) =>
    folder.make([...pattern(4), '-vf', 'setsar=3/2', ...h264('-g', '30')], 'wide.mp4'),
  'mirrored by a display matrix': async (folder) =>
    folder.make(['-display_hflip', '-i', await upright(folder), '-c', 'copy'], 'mirrored.mp4'),
  'ten bits': (folder) =>
    folder.make([...pattern(4), ...h264('-pix_fmt', 'yuv420p10le', '-profile:v', 'high10')], 'deep.mkv'),
};

const upright = (folder: ClipFolder): Promise<string> =>
  folder.make([...pattern(4, { size: '160x90' }), ...h264('-g', '30')], 'upright.mp4');

/** The same pictures for three seconds each, first tagged with one colour matrix, then with another. */
export const coloursChange = (folder: ClipFolder): Promise<string> => {
  const part = (matrix: string) => [...pattern(3), ...h264('-g', '25', '-bf', '0', '-colorspace', matrix)];
  return joined(folder, part('bt709'), part('smpte170m'), 'colours');
};

/** Pictures of 4:3 for three seconds, then larger ones of 16:9 for three. */
export const sizeChanges = (folder: ClipFolder): Promise<string> => {
  const part = (size: string) => [...pattern(3, { size }), ...h264('-g', '25', '-bf', '0')];
  return joined(folder, part('160x120'), part('320x180'), 'sizes');
};

/** Two streams of H.264 one after the other in one track, as recordings are spliced. */
async function joined(folder: ClipFolder, first: string[], second: string[], name: string): Promise<string> {
  const before = await readFile(await folder.make(first, `${name}-1.h264`));
  const after = await readFile(await folder.make(second, `${name}-2.h264`));
  await writeFile(folder.path(`${name}.h264`), Buffer.concat([before, after]));
  return folder.make(['-r', '25', '-i', folder.path(`${name}.h264`), '-c', 'copy'], `${name}.mkv`);
}

async function rotated(folder: ClipFolder, degrees: number): Promise<string> {
  return folder.make(
    ['-display_rotation', String(degrees), '-i', await upright(folder), '-c', 'copy'],
    `rotated-${degrees}.mp4`,
  );
}

/**
 * All pictures of a clip at height × width, with their times in ticks and in seconds from the first, and the
 * ticks of its key packets; from ffmpeg alone.
 */
export async function allPictures(
  clip: string,
  height: number,
  width: number,
): Promise<{ ticks: number[]; keys: Set<number>; times: number[]; pictures: Buffer[] }> {
  const crop = `w='min(iw,round(ih*${width}/${height}/sar))':h='min(ih,round(iw*sar*${height}/${width}))'`;
  const exact = 'area+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact';
  const fitting = `crop=${crop}:exact=1,scale=${width}:${height}:flags=${exact}`;
  const { stdout, stderr } = await run(
    ffmpegPath(),
    [
      '-hide_banner',
      '-nostdin',
      '-copyts',
      '-i',
      clip,
      '-map',
      '0:V:0',
      '-vf',
      `showinfo,${fitting}`,
      '-fps_mode',
      'passthrough',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      'pipe:1',
    ],
    { encoding: 'buffer', maxBuffer: 2 ** 30 },
  );
  const copy = ['-v', 'error', '-copyts', '-i', clip, '-map', '0:V:0', '-c', 'copy', '-f', 'framecrc', '-'];
  const packets = (await run(ffmpegPath(), copy)).stdout.split('\n').map(readPacket);
  const keys = packets.flatMap((packet) => (packet?.isKey === true ? [packet.pts] : []));
  const text = stderr.toString();
  const [, over, under] = /config in time_base: (\d+)\/(\d+)/.exec(text)!;
  const ticks = [...text.matchAll(/ n: *\d+ pts: *(-?\d+)/g)].map((match) => Number(match[1]));
  const bytes = height * width * 3;
  return {
    ticks,
    keys: new Set(keys),
    times: ticks.map((tick) => ((tick - ticks[0]!) * Number(over)) / Number(under)),
    pictures: ticks.map((_, index) => stdout.subarray(index * bytes, (index + 1) * bytes)),
  };
}
