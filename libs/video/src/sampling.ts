import { inputArguments } from './source.js';

/** How a clip is sampled, and how its pictures are fitted into frames. */
export interface Sampling {
  /** Sampled frames per second of the clip. */
  fps: number;
  /** Size of the frames that come out. */
  height: number;
  width: number;
  /** crop: keep the aspect and crop the middle to height × width. stretch: scale both axes. */
  fit: 'crop' | 'stretch';
}

/** The first picture's presentation time: in ticks, and a tick in seconds. */
export interface Origin {
  ticks: number;
  tickSeconds: number;
}

/**
 * A seek aims this many seconds before the first frame. It costs a few pictures and saves most second
 * decodes.
 */
const SEEK_MARGIN_S = 0.5;

/**
 * Options of every run. One thread is the fastest for small pictures. The level `verbose` reports when
 * filters are set up. The pixel limit refuses a picture that turns huge in the middle of a clip. A packet
 * that was not read to its end gives no picture.
 */
const COMMON = [
  ...['-loglevel', 'verbose', '-threads', '1', '-max_pixels', String(2 ** 26)],
  ...['-fflags', '+discardcorrupt'],
];

/**
 * Drops the pictures before the first key picture: after a seek into an open group, their references may be
 * missing.
 */
const FROM_KEY_PICTURE = "select='gte(selected_n,1)+key*eq(pict_type,I)'";

export interface Range {
  /** First sampled frame, and the one after the last; without an end, all that follow. */
  start: number;
  end?: number;
  /**
   * The first picture's time: with it ffmpeg seeks to the key picture before `start`, else it decodes from
   * the start.
   */
  origin?: Origin | undefined;
  /** Whether ffmpeg reports the index of each frame; see shownPicture. */
  tell?: boolean;
}

/**
 * ffmpeg's arguments for sampled frames, RGB to standard output. Fewer frames come when the clip ends
 * earlier, or when the seek led past the first.
 */
export function frameArguments(
  source: string,
  sampling: Sampling,
  { start, end, origin, tell = false }: Range,
): string[] {
  const { fps } = sampling;
  const from =
    origin === undefined ? undefined : origin.ticks * origin.tickSeconds + start / fps - SEEK_MARGIN_S;
  const filters = [...(from === undefined ? [] : [FROM_KEY_PICTURE]), ...grid(fps, origin), trim(start, end)];
  return [
    ...[...COMMON, '-copyts'],
    // keep the container's own times, and every picture from the key picture on: one of them is shown at
    // `start`
    ...(from === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', from.toFixed(6)]),
    ...inputArguments(source),
    ...['-map', '0:V:0', ...(end === undefined ? [] : ['-frames:v', String(end - start)])],
    // renumber from 0 at the writer's rate, so that the writer neither repeats nor drops a frame
    ...['-vf', [...filters, ...fitting(sampling), ...(tell ? ['showinfo'] : []), 'setpts=N'].join(',')],
    ...['-r', String(fps), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
}

/** Arguments for the first picture alone; see shownPicture and shownTick for what ffmpeg reports. */
export const originArguments = (source: string): string[] => [
  ...COMMON,
  '-copyts',
  ...inputArguments(source),
  '-map',
  '0:V:0',
  '-frames:v',
  '1',
  '-vf',
  'showinfo',
  '-f',
  'null',
  '-',
];

/** Arguments for every picture of a clip, fitted, regardless of its time. */
export const pictureArguments = (source: string, sampling: Sampling): string[] => [
  ...[...COMMON, ...inputArguments(source), '-map', '0:V:0'],
  ...[
    '-vf',
    [...fitting(sampling), 'setpts=N/25/TB'].join(','),
    '-r',
    '25',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    'pipe:1',
  ],
];

/**
 * Filters that put pictures onto the grid of sampled frames. `fps` with round=up puts a picture of time t at
 * ceil(t·fps) and repeats it until the next, so that grid point i gets the last picture with t ≤ i/fps.
 */
const grid = (fps: number, origin: Origin | undefined): string[] => [
  `setpts=PTS-${origin === undefined ? 'STARTPTS' : String(origin.ticks)}`,
  `fps=fps=${fps}:round=up`,
];

const trim = (start: number, end: number | undefined): string =>
  `trim=start_pts=${start}${end === undefined ? '' : `:end_pts=${end}`}`;

/**
 * Filters that fit a picture to height × width: crop the middle if asked for, then scale by area averaging.
 */
function fitting({ height, width, fit }: Sampling): string[] {
  const cropWidth = `max(1,min(iw,round(ih*${width}/${height}/sar)))`;
  const cropHeight = `max(1,min(ih,round(iw*sar*${height}/${width})))`;
  const crop = `crop=w='${cropWidth}':h='${cropHeight}':exact=1`;
  // exact flags, without SIMD shortcuts, give the same bits on every machine
  const exact = 'area+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact';
  const scale = `scale=w=${width}:h=${height}:flags=${exact}`;
  return [...(fit === 'crop' ? [crop] : []), scale, 'format=rgb24'];
}

/** Whether the line reports that the filters were set up. A second set-up restarts the filters' counts. */
export const setsUpFilters = (line: string): boolean =>
  /^\[graph \d+ input from stream .*\] w:\d+ h:\d+ /.test(line);

/** The picture that a line of showinfo describes: its index among those seen, and its time in ticks. */
export function shownPicture(line: string): { n: number; ticks: number } | undefined {
  const shown = /^\[Parsed_showinfo.* n: *(\d+) pts: *(-?\d+) /.exec(line);
  return shown === null ? undefined : { n: Number(shown[1]), ticks: Number(shown[2]) };
}

/** The length of a tick in seconds, from showinfo's first line. */
export function shownTick(line: string): number | undefined {
  const base = /^\[Parsed_showinfo.* config in time_base: (\d+)\/(\d+)/.exec(line);
  return base === null ? undefined : Number(base[1]) / Number(base[2]);
}
