import type { Probe } from '@loci/contracts';
import { ProbeError } from './errors.js';
import { FirstPictureReport, type FirstPicture } from './first-picture.js';
import { listPackets, type Listing } from './listing.js';
import { reasonIn } from './messages.js';
import { runProbe, type ProbeLimits } from './probe-run.js';
import { inputArguments, TAKEN } from './source.js';
import type { ListedTrack } from './tracks.js';

/** A whole picture must be among those of so many seconds. */
const FIRST_PICTURE_WITHIN_S = 60;
/** Times are told to the microsecond, as ffmpeg tells where a file starts. */
export const microseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/**
 * Probes a clip: reads the times of all pictures from the container, chooses the track that a player would
 * play, and decodes its first whole picture. The header's duration and size are not trusted.
 * @param source a file path, or an http(s) URL
 * @throws ProbeError when the file is refused, SourceUnreachableError, AbortedError
 */
export async function probeVideo(source: string, limits: ProbeLimits, signal?: AbortSignal): Promise<Probe> {
  return (await probe(source, limits, signal)).probe;
}

/** A probe, and what it was read from. */
export type FullProbe = Listing & { probe: Probe; picture: FirstPicture };

/** As probeVideo, with what the probe was read from. */
export async function probe(
  source: string,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<FullProbe> {
  const { file, track } = await listPackets(source, limits, signal);
  const picture = await firstPicture(source, track, limits, signal);
  const { width, height } = picture;
  if (width * height > limits.maxPixels)
    throw new ProbeError(
      'video-too-many-pixels',
      `Its pictures are ${width}×${height}; at most ${limits.maxPixels} pixels are taken.`,
    );
  const duration = track.packets.seconds();
  const found: Probe = {
    track: track.place,
    start_s: microseconds(Math.max(0, track.packets.firstS() - file.startS)),
    duration_s: duration,
    ...{ width, height },
    fps: track.packets.count / duration,
    codec: track.codec,
  };
  return { file, track, probe: found, picture };
}

/** Decodes the first picture without an error: a decoder makes something grey of what it cannot read. */
async function firstPicture(
  source: string,
  { place }: ListedTrack,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<FirstPicture> {
  const report = new FirstPictureReport();
  const run = {
    args: (input: string) => [
      ...['-copyts', '-err_detect', 'explode', '-t', String(FIRST_PICTURE_WITHIN_S)],
      ...[...inputArguments(input, TAKEN), '-map', `0:V:${place}`, '-frames:v', '1'],
      ...['-vf', 'showinfo', '-f', 'null', '-'],
    ],
    onLine: (line: string) => {
      report.push(line);
      return true;
    },
  };
  const outcome = await runProbe(source, run, limits, signal);
  // behind an end of the transfer, another picture would be the first
  if (report.picture !== undefined && outcome.cutShort === undefined) return report.picture;
  throw new ProbeError('not-a-video', `Its pictures cannot be decoded: ${reasonIn(outcome.lastLines)}`);
}
