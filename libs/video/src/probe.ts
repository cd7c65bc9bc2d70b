import type { Probe } from '@loci/contracts';
import { ProbeError, SourceUnreachableError } from './errors.js';
import { runFfmpeg, type FfmpegOutcome } from './ffmpeg.js';
import { FirstPictureReport, type FirstPicture } from './first-picture.js';
import { PacketTable } from './packets.js';
import { reasonIn } from './messages.js';
import { inputArguments, sourceName } from './source.js';
import { FileReport, isPicture, playedTrack, type ListedTrack } from './tracks.js';
import { withVerdict } from './verdict.js';

export interface ProbeLimits {
  /** The longest clip taken, in seconds. */
  maxSeconds: number;
  /** The most pixels that one picture may have. */
  maxPixels: number;
  /** As for decodeFrames; 60,000 by default. */
  timeLimitMs?: number;
}

/** A whole picture must be among those of so many seconds. */
const FIRST_PICTURE_WITHIN_S = 60;
/** Times are told to the microsecond, as ffmpeg tells where a file starts. */
const microseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/**
 * Probes a clip: reads the times of all pictures from the container, chooses the track that a player would
 * play, and decodes its first whole picture. The header's duration and size are not trusted.
 * @param source a file path, or an http(s) URL
 * @throws ProbeError when the file is refused, SourceUnreachableError, AbortedError
 */
export function probeVideo(source: string, limits: ProbeLimits, signal?: AbortSignal): Promise<Probe> {
  return withVerdict(source, () => probeOnce(source, limits, signal), signal);
}

async function probeOnce(
  source: string,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<Probe> {
  const { file, track } = await listPackets(source, limits, signal);
  const { width, height } = await firstPicture(source, track, limits, signal);
  if (width * height > limits.maxPixels)
    throw new ProbeError(
      'video-too-many-pixels',
      `Its pictures are ${width}×${height}; at most ${limits.maxPixels} pixels are taken.`,
    );
  const duration = track.packets.seconds();
  return {
    track: track.place,
    start_s: microseconds(Math.max(0, track.packets.firstS() - file.startS)),
    duration_s: duration,
    ...{ width, height },
    fps: track.packets.count / duration,
    codec: track.codec,
  };
}

/** Lists the packets of all video tracks, without decoding, and chooses one. */
async function listPackets(
  source: string,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<{ file: FileReport; track: ListedTrack }> {
  const table = new PacketTable();
  const file = new FileReport();
  const outcome = await runFfmpeg({
    args: [
      ...[...common(limits), '-copyts', ...inputArguments(source)],
      // 0:V are the video tracks that are no cover pictures
      ...['-map', '0:V', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
    ],
    timeLimitMs: limits.timeLimitMs ?? 60_000,
    signal,
    onOutput: (data) => {
      table.push(data);
      return table.seconds() <= limits.maxSeconds;
    },
    onLine: (line) => {
      file.push(line);
      return true;
    },
  });
  table.end();
  refuseRun(source, limits, outcome);
  const tracks = file.tracks.flatMap((track) => {
    const packets = table.tracks.get(track.place);
    return packets === undefined ? [] : [{ ...track, packets }];
  });
  const track = playedTrack(tracks);
  if (track === undefined)
    throw new ProbeError(
      'not-a-video',
      `The file is not a video that can be read (mp4, mov, webm or mkv): ${reasonIn(outcome.lastLines)}`,
    );
  refuseTrack(track, file, limits, outcome);
  return { file, track };
}

/** Throws what makes a track none that can be taken, the most telling first. */
function refuseTrack(
  track: ListedTrack,
  file: FileReport,
  { maxSeconds }: ProbeLimits,
  outcome: FfmpegOutcome,
): void {
  if (track.packets.seconds() > maxSeconds)
    throw new ProbeError(
      'video-too-long',
      `The clip lasts longer than ${maxSeconds} s, which is the most that is taken.`,
    );
  if (outcome.cutShort !== undefined)
    throw new ProbeError('not-a-video', 'The file ends before its last picture: it was cut short.');
  if (track.packets.count === 0) throw new ProbeError('no-frames', 'The video track has no pictures.');
  if (track.packets.encrypted > 0)
    throw new ProbeError('not-a-video', 'The video is encrypted, and there is no key to it.');
  if (isPicture(track, file)) throw new ProbeError('not-a-video', 'The file is a picture, not a video.');
}

/** Decodes the first picture without an error: a decoder makes something grey of what it cannot read. */
async function firstPicture(
  source: string,
  { place }: ListedTrack,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<FirstPicture> {
  const report = new FirstPictureReport();
  const outcome = await runFfmpeg({
    args: [
      ...[...common(limits), '-copyts', '-err_detect', 'explode', '-t', String(FIRST_PICTURE_WITHIN_S)],
      ...[...inputArguments(source), '-map', `0:V:${place}`, '-frames:v', '1'],
      ...['-vf', 'showinfo', '-f', 'null', '-'],
    ],
    timeLimitMs: limits.timeLimitMs ?? 60_000,
    signal,
    onLine: (line) => {
      report.push(line);
      return true;
    },
  });
  refuseRun(source, limits, outcome);
  if (report.picture !== undefined) return report.picture;
  throw new ProbeError('not-a-video', `Its pictures cannot be decoded: ${reasonIn(outcome.lastLines)}`);
}

/**
 * Decoders pad pictures to whole blocks, so twice the pixels are let in; the shown size is checked exactly.
 */
const common = ({ maxPixels }: ProbeLimits): string[] => [
  '-threads',
  '1',
  '-max_pixels',
  String(maxPixels * 2),
];

/** Throws what went wrong in a run, whatever the tracks. */
function refuseRun(source: string, { maxPixels }: ProbeLimits, outcome: FfmpegOutcome): void {
  const text = outcome.lastLines.join('\n');
  const fault = outcome.transportFault;
  if (fault !== undefined) throw new SourceUnreachableError(`${sourceName(source)} cannot be read: ${fault}`);
  if (outcome.timedOut) throw new ProbeError('not-a-video', 'The file took too long to read.');
  if (/matches no streams/.test(text)) throw new ProbeError('no-video-track', 'The file has no video track.');
  if (/exceeds specified max pixel count|Picture size \d+x\d+ is invalid|Invalid dimensions/.test(text))
    throw new ProbeError('video-too-many-pixels', `A picture may have at most ${maxPixels} pixels.`);
}
