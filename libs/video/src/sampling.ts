import { inputArguments } from './source.js';

/** What is asked of a clip: how often it is sampled, and how its pictures are fitted into frames. */
export interface Sampling {
  /** Sampled frames per second of the clip. */
  fps: number;
  /** Size of the frames that come out. */
  height: number;
  width: number;
  /** crop: scale to cover height × width keeping the shown aspect, then cut the middle out; stretch: scale both ways. */
  fit: 'crop' | 'stretch';
}

/** The first picture's presentation time: in ticks, and a tick in seconds. */
export interface Origin {
  ticks: number;
  tickSeconds: number;
}

/** Seeking aims this much before the first frame wanted, seconds: it costs a few pictures and saves most second attempts. */
const SEEK_MARGIN_S = 0.5;

/**
 * Options of every run: one thread is the fastest for small pictures, `verbose` tells when the filters are set up, and a picture
 * that turns huge in the middle of a clip is not decoded.
 */
const COMMON = ['-loglevel', 'verbose', '-threads', '1', '-max_pixels', String(2 ** 26)];

/** Drops what comes before the first whole key picture: after a seek into an open group those may lack what they refer to. */
const FROM_KEY_PICTURE = "select='gte(selected_n,1)+key*eq(pict_type,I)'";

export interface Range {
  /** First sampled frame, and the one after the last; without an end: all that follow. */
  start: number;
  end?: number;
  /** Sought from the key picture before `start` when the first picture's time is given; else from the clip's beginning. */
  origin?: Origin | undefined;
  /** Has ffmpeg say of each frame which one it is, see shownPicture. */
  tell?: boolean;
}

/** ffmpeg's arguments for sampled frames, RGB to standard output; fewer come when the clip ends before, or when seeking led past the first. */
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
    // the times are the container's own, and the pictures from the key picture on are kept: one of them is shown at `start`
    ...(from === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', from.toFixed(6)]),
    ...inputArguments(source),
    ...['-map', '0:V:0', ...(end === undefined ? [] : ['-frames:v', String(end - start)])],
    // counted anew from 0 at the rate that the writer is told, so that it neither doubles nor drops a frame
    ...['-vf', [...filters, ...fitting(sampling), ...(tell ? ['showinfo'] : []), 'setpts=N'].join(',')],
    ...['-r', String(fps), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
}

/** Arguments for the first picture alone: see firstPicture for what is said of it. */
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

/** Arguments for every picture of a clip, fitted, whatever its time. */
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
 * Filters that put pictures onto the grid of sampled frames. `fps` with round=up puts a picture of time t at ceil(t·fps) and
 * shows it until the next: grid point i gets the last picture with t ≤ i/fps.
 */
const grid = (fps: number, origin: Origin | undefined): string[] => [
  `setpts=PTS-${origin === undefined ? 'STARTPTS' : String(origin.ticks)}`,
  `fps=fps=${fps}:round=up`,
];

const trim = (start: number, end: number | undefined): string =>
  `trim=start_pts=${start}${end === undefined ? '' : `:end_pts=${end}`}`;

/** Filters that bring a picture to height × width: the middle is cut out of the original, then scaled by area averaging. */
function fitting({ height, width, fit }: Sampling): string[] {
  const crop = `crop=w='max(1,min(iw,round(ih*${width}/${height}/sar)))':h='max(1,min(ih,round(iw*sar*${height}/${width})))':exact=1`;
  // without SIMD shortcuts, so that every machine gets the same bits
  const scale = `scale=w=${width}:h=${height}:flags=area+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact`;
  return [...(fit === 'crop' ? [crop] : []), scale, 'format=rgb24'];
}

/** Whether the line says that the filters are set up. When they are so again, what they count begins anew. */
export const setsUpFilters = (line: string): boolean =>
  /^\[graph \d+ input from stream .*\] w:\d+ h:\d+ /.test(line);

/** What showinfo says of a picture: its number among those that it has seen, and its time in ticks. */
export function shownPicture(line: string): { n: number; ticks: number } | undefined {
  const shown = /^\[Parsed_showinfo.* n: *(\d+) pts: *(-?\d+) /.exec(line);
  return shown === null ? undefined : { n: Number(shown[1]), ticks: Number(shown[2]) };
}

/** What showinfo says at its start: a tick in seconds. */
export function shownTick(line: string): number | undefined {
  const base = /^\[Parsed_showinfo.* config in time_base: (\d+)\/(\d+)/.exec(line);
  return base === null ? undefined : Number(base[1]) / Number(base[2]);
}
