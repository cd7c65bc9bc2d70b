import { ProbeError, SourceUnreachableError } from './errors.js';
import { runFfmpeg, type FfmpegOutcome } from './ffmpeg.js';
import { PacketTable } from './packets.js';
import { reasonIn } from './messages.js';
import { inputArguments, sourceName, TAKEN } from './source.js';
import { FileReport, isPicture, playedTrack, type ListedTrack } from './tracks.js';

export interface ProbeLimits {
  /** The longest clip taken, in seconds. */
  maxSeconds: number;
  /** The most pixels that one picture may have. */
  maxPixels: number;
  /** As for decodeFrames; 60,000 by default. */
  timeLimitMs?: number;
}

/** What the packets of a file tell, without decoding. */
export interface Listing {
  file: FileReport;
  /** The track that a player plays. */
  track: ListedTrack;
}

/** Lists the packets of all video tracks, without decoding, and chooses one. */
export async function listPackets(
  source: string,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  const table = new PacketTable();
  const file = new FileReport();
  const outcome = await runFfmpeg({
    args: [
      ...[...common(limits), '-copyts', ...inputArguments(source, TAKEN)],
      // 0:V are the video tracks that are no cover pictures
      ...['-map', '0:V', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
    ],
    timeLimitMs: limits.timeLimitMs ?? 60_000,
    signal,
    onOutput: (data) => {
      table.push(data);
      return table.seconds({ closed: true }) <= limits.maxSeconds;
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
      `The file is not a video that can be read (mp4, mov, webm, mkv or ts): ${reasonIn(outcome.lastLines)}`,
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
  const { isTransportStream } = file;
  if (track.packets.seconds({ closed: isTransportStream }) > maxSeconds)
    throw new ProbeError(
      'video-too-long',
      `The clip lasts longer than ${maxSeconds} s, which is the most that is taken.`,
    );
  if (outcome.cutShort !== undefined)
    throw new ProbeError('not-a-video', 'The file ends before its last picture: it was cut short.');
  if (track.packets.count === 0) throw new ProbeError('no-frames', 'The video track has no pictures.');
  // the side data of a transport stream's packets is of another kind
  if (track.packets.encrypted > 0 && !isTransportStream)
    throw new ProbeError('not-a-video', 'The video is encrypted, and there is no key to it.');
  if (isPicture(track, file)) throw new ProbeError('not-a-video', 'The file is a picture, not a video.');
}

/**
 * Decoders pad pictures to whole blocks, so twice the pixels are let in; the shown size is checked exactly.
 */
export const common = ({ maxPixels }: ProbeLimits): string[] => [
  '-threads',
  '1',
  '-max_pixels',
  String(maxPixels * 2),
];

/** Throws what went wrong in a run, whatever the tracks. */
export function refuseRun(source: string, { maxPixels }: ProbeLimits, outcome: FfmpegOutcome): void {
  const text = outcome.lastLines.join('\n');
  const fault = outcome.timedOut === 'still' ? 'it stands still' : outcome.transportFault;
  if (fault !== undefined) throw new SourceUnreachableError(`${sourceName(source)} cannot be read: ${fault}`);
  if (outcome.timedOut === 'busy') throw new ProbeError('not-a-video', 'The file took too long to read.');
  if (/matches no streams/.test(text)) throw new ProbeError('no-video-track', 'The file has no video track.');
  if (/exceeds specified max pixel count|Picture size \d+x\d+ is invalid|Invalid dimensions/.test(text))
    throw new ProbeError('video-too-many-pixels', `A picture may have at most ${maxPixels} pixels.`);
}
