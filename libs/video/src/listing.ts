import { ProbeError } from './errors.js';
import type { FfmpegOutcome } from './ffmpeg.js';
import { PacketTable } from './packets.js';
import { reasonIn } from './messages.js';
import { runProbe, type ProbeLimits } from './probe-run.js';
import { inputArguments, TAKEN } from './source.js';
import { FileReport, isPicture, playedTrack, type ListedTrack } from './tracks.js';

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
  const run = {
    // 0:V are the video tracks that are no cover pictures
    args: (input: string) => [
      ...['-copyts', ...inputArguments(input, TAKEN)],
      ...['-map', '0:V', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
    ],
    onOutput: (data: Buffer) => {
      table.push(data);
      return table.seconds({ closed: true }) <= limits.maxSeconds;
    },
    onLine: (line: string) => {
      file.push(line);
      return true;
    },
  };
  const outcome = await runProbe(source, run, limits, signal);
  table.end();
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
