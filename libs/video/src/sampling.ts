import { availableParallelism } from 'node:os';
import { isLarge, type FirstPicture } from './first-picture.js';
import { pictureFilters, type Fitting } from './picture-filters.js';
import { bitOf } from './bits.js';
import { ALL_BUT_KEYS, type Skips } from './skips.js';
import { inputArguments } from './source.js';

/** How a clip is sampled, and how its pictures are fitted into frames. */
export interface Sampling extends Fitting {
  /** Sampled frames per second of the clip. */
  fps: number;
  /** Which of the file's video tracks, as a probe tells it; 0 by default. */
  track?: number | undefined;
  /** Whether key pictures alone are taken: a frame is the last one of them that was shown by its time. */
  keyPictures?: boolean | undefined;
  /** Of a clip whose pictures are refreshed bit by bit: the longest time from one refresh to the next. */
  refreshS?: number | undefined;
}

/**
 * A seek aims this many seconds before the first frame. It costs a few pictures and saves most second
 * decodes.
 */
const SEEK_MARGIN_S = 0.5;
/**
 * So many intervals before the first frame, a refresh is sought. It ends within one: the decoder gives no
 * picture until then, and pictures that are shown before those they refer to are over as well.
 */
const REFRESH_INTERVALS = 2;

/**
 * Options of every run. The pixel limit refuses a picture that turns huge in the middle of a clip. A packet
 * that was not read to its end gives no picture.
 */
const COMMON = ['-loglevel', 'info', '-max_pixels', String(2 ** 26), '-fflags', '+discardcorrupt'];
/**
 * One thread is the fastest for small pictures, to decode and to filter; several do not decode a damaged
 * picture alike each time.
 */
const ONE_THREAD = ['-threads', '1', '-filter_threads', '1'];
/** Longer than any clip. */
const ENDLESS_S = 1e6;

/** More of them hold more pictures, and were not measured. */
const MOST_THREADS = 4;
/** Of large pictures, where every fault of the decoder ends it. */
const SEVERAL_THREADS = ['-threads', String(Math.min(MOST_THREADS, availableParallelism()))];

/**
 * Filters are set up once: pictures of another size or other colours would begin them anew, and the count of
 * frames with them. Until pictureFilters, filters look at times alone.
 */
const ONE_GRAPH = ['-reinit_filter', '0'];

/**
 * Drops the pictures before the first key picture: after a seek into an open group, their references may be
 * missing.
 */
const FROM_KEY_PICTURE = "select='gte(selected_n,1)+key*eq(pict_type,I)'";

export interface Range {
  /** First sampled frame, and the one after the last; without an end, all that follow. */
  start: number;
  end?: number;
  /** Whether ffmpeg seeks to a key picture before `start`, or decodes from the clip's beginning. */
  seek: boolean;
  /** Whether ffmpeg reports the index of each frame; see shownPicture. */
  tell?: boolean;
  /** What is left out. Every fault of the decoder has to end it then. */
  skips?: Skips | null;
}

/**
 * ffmpeg's arguments for sampled frames, RGB to standard output. Fewer frames come when the clip ends
 * earlier, or when the seek led past the first.
 */
export function frameArguments(
  source: string,
  sampling: Sampling,
  first: FirstPicture,
  { start, end, seek, tell = false, skips = null }: Range,
): string[] {
  const { fps, track = 0, refreshS, keyPictures = false } = sampling;
  const filters = [
    ...(keyPictures ? ['select=key'] : seek && refreshS === undefined ? [FROM_KEY_PICTURE] : []),
    // before the first key picture, that one is shown
    ...[...grid(fps, first, keyPictures && !seek), trim(start, end), ...pictureFilters(sampling, first)],
    // without checksums, which would read every byte
    ...(tell ? ['showinfo=checksum=0'] : []),
    // renumber from 0 at the writer's rate, so that the writer neither repeats nor drops a frame
    'setpts=N',
  ];
  return [
    ...[...COMMON, ...ONE_GRAPH, '-copyts', ...(seek ? seekArguments(start, sampling, first) : [])],
    ...(skips !== null && isLarge(first) ? SEVERAL_THREADS : ONE_THREAD),
    ...bitstreamFilters(skips, sampling),
    ...upright(first),
    ...inputArguments(source),
    ...['-map', `0:V:${track}`, ...(end === undefined ? [] : ['-frames:v', String(end - start)])],
    ...['-vf', filters.join(','), '-r', String(fps), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
}

/**
 * Seeks to a key picture before a frame. Keeps the container's own times, and every picture from the key
 * picture on: one of them is shown at `start`.
 */
function seekArguments(start: number, { fps, refreshS }: Sampling, first: FirstPicture): string[] {
  const margin = SEEK_MARGIN_S + (refreshS === undefined ? 0 : REFRESH_INTERVALS * refreshS);
  const from = first.ticks * first.tickSeconds + start / fps - margin;
  return ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', from.toFixed(6)];
}

/**
 * Leaves out packets before they are decoded. What is decoded without a fault has the same bits, however many
 * threads there are. Key pictures last: behind the last one, it is shown to the clip's end and beyond.
 */
function bitstreamFilters(skips: Skips | null, { track = 0, keyPictures = false }: Sampling): string[] {
  const left =
    skips === ALL_BUT_KEYS ? 'not(key)' : skips && `eq(startpts,${skips.startTicks})*${bitOf(skips.left)}`;
  const filters = [
    ...(left === null ? [] : [`noise=drop='${left}'`]),
    ...(keyPictures ? [`setts=pts=PTS:dts=DTS:duration=${ENDLESS_S}/TB`] : []),
  ];
  return filters.length === 0 ? [] : [`-bsf:V:${track}`, filters.join(',')];
}

/**
 * Arguments that list all packets which a decode of a range reads, and a second time those of the pictures
 * that others refer to.
 */
export const scanArguments = (
  source: string,
  sampling: Sampling,
  first: FirstPicture,
  { start, seek }: Range,
): string[] => {
  const track = `0:V:${sampling.track ?? 0}`;
  return [
    ...[
      ...COMMON,
      '-copyts',
      ...(seek ? seekArguments(start, sampling, first) : []),
      ...inputArguments(source),
    ],
    ...['-map', track, '-map', track, '-c', 'copy', '-copyinkf', '-bsf:v:1', 'filter_units=discard=nonref'],
    ...['-f', 'framecrc', 'pipe:1'],
  ];
};

/** Arguments for the first picture alone, of which FirstPictureReport reads what ffmpeg reports. */
export const firstPictureArguments = (source: string, { track = 0 }: Pick<Sampling, 'track'>): string[] => [
  ...[...COMMON, ...ONE_THREAD, '-copyts', ...inputArguments(source), '-map', `0:V:${track}`],
  ...['-frames:v', '1', '-vf', 'showinfo', '-f', 'null', '-'],
];

/**
 * Arguments that write the first picture into a fragment of mp4, not turned: its track's header has the
 * display matrix, which ffmpeg tells nowhere else.
 */
export const matrixArguments = (source: string, { track = 0 }: Pick<Sampling, 'track'>): string[] => [
  ...[...COMMON, ...ONE_THREAD, '-noautorotate', ...inputArguments(source), '-map', `0:V:${track}`],
  ...['-frames:v', '1', '-c:v', 'mjpeg', '-f', 'mov', '-movflags', 'frag_keyframe+empty_moov', 'pipe:1'],
];

/** Arguments for every picture of a clip, fitted, regardless of its time. */
export const pictureArguments = (source: string, sampling: Sampling, first: FirstPicture): string[] => [
  ...[...COMMON, ...ONE_THREAD, ...ONE_GRAPH, ...upright(first), ...inputArguments(source)],
  ...['-map', `0:V:${sampling.track ?? 0}`],
  ...['-vf', [...pictureFilters(sampling, first), 'setpts=N/25/TB'].join(','), '-r', '25'],
  ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
];

/** Pictures that pictureFilters turns are not to be turned before. */
const upright = ({ orientation }: FirstPicture): string[] => (orientation?.length ? ['-noautorotate'] : []);

/**
 * Filters that put pictures onto the grid of sampled frames. `fps` with round=up puts a picture of time t at
 * ceil(t·fps) and repeats it until the next, so that grid point i gets the last picture with t ≤ i/fps.
 */
const grid = (fps: number, { ticks }: FirstPicture, fromZero: boolean): string[] => [
  `setpts=PTS-${ticks}`,
  `fps=fps=${fps}:round=up${fromZero ? ':start_time=0' : ''}`,
];

const trim = (start: number, end: number | undefined): string =>
  `trim=start_pts=${start}${end === undefined ? '' : `:end_pts=${end}`}`;

/** The picture that a line of showinfo describes: its index among those seen, and its time in ticks. */
export function shownPicture(line: string): { n: number; ticks: number } | undefined {
  const shown = /^\[Parsed_showinfo.* n: *(\d+) pts: *(-?\d+) /.exec(line);
  return shown === null ? undefined : { n: Number(shown[1]), ticks: Number(shown[2]) };
}
