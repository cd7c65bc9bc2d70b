import type { Probe } from '@loci/contracts';
import { ProbeError, SourceUnreachableError } from './errors.js';
import { runFfmpeg, type FfmpegOutcome } from './ffmpeg.js';
import { PacketTable } from './packets.js';
import { reasonIn } from './messages.js';
import { inputArguments, sourceName } from './source.js';

export interface ProbeLimits {
  /** The longest clip taken, in seconds. */
  maxSeconds: number;
  /** The most pixels that one picture may have. */
  maxPixels: number;
  /** As for decodeFrames; 60,000 by default. */
  timeLimitMs?: number;
}

/** The size of the first decoded picture, as ffmpeg reports it. */
interface FirstPicture {
  width: number;
  height: number;
}

/**
 * Probes a clip: decodes its first picture and reads the times of all others from the container. The header's
 * duration and size are not trusted.
 * @param source a file path, or an http(s) URL
 * @returns the duration of the pictures in seconds, the size as shown with rotation applied, the average
 *   pictures per second, and the codec
 * @throws ProbeError when the file is refused, SourceUnreachableError, AbortedError
 */
export async function probeVideo(source: string, limits: ProbeLimits, signal?: AbortSignal): Promise<Probe> {
  const packets = new PacketTable();
  let codec: string | undefined;
  let first: FirstPicture | undefined;
  const outcome = await runFfmpeg({
    args: [
      // decoders pad pictures to whole blocks, so allow twice the pixels here; the shown size is checked
      // exactly
      ...['-threads', '1', '-max_pixels', String(limits.maxPixels * 2), '-copyts'],
      ...inputArguments(source),
      // every packet's times, without decoding; 0:V is a video track that is not a cover picture
      ...['-map', '0:V:0', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
      ...['-map', '0:V:0', '-frames:v', '1', '-vf', 'showinfo', '-f', 'null', '-'],
    ],
    timeLimitMs: limits.timeLimitMs ?? 60_000,
    signal,
    onOutput: (data) => {
      packets.push(data);
      return packets.seconds() <= limits.maxSeconds;
    },
    onLine: (line) => {
      codec ??= /^ *Stream #0:\d+ -> #1:0 \((\w+)/.exec(line)?.[1];
      first ??= firstPictureIn(line);
      return true;
    },
  });
  packets.end();
  refuse(source, limits, outcome, packets, first);
  const duration = packets.seconds();
  const { width, height } = first as FirstPicture;
  return { duration_s: duration, width, height, fps: packets.count / duration, codec: codec ?? 'unknown' };
}

/** Throws what is wrong with the clip, the most telling first; returns when nothing is. */
function refuse(
  source: string,
  limits: ProbeLimits,
  outcome: FfmpegOutcome,
  packets: PacketTable,
  first: FirstPicture | undefined,
): void {
  const text = outcome.lastLines.join('\n');
  const fault = outcome.transportFault;
  if (fault !== undefined) throw new SourceUnreachableError(`${sourceName(source)} cannot be read: ${fault}`);
  if (outcome.timedOut) throw new ProbeError('not-a-video', 'The file took too long to read.');
  if (/matches no streams/.test(text)) throw new ProbeError('no-video-track', 'The file has no video track.');
  if (/exceeds specified max pixel count|Picture size \d+x\d+ is invalid|Invalid dimensions/.test(text)) {
    throw new ProbeError('video-too-many-pixels', `A picture may have at most ${limits.maxPixels} pixels.`);
  }
  if (first !== undefined && first.width * first.height > limits.maxPixels) {
    throw new ProbeError(
      'video-too-many-pixels',
      `Its pictures are ${first.width}×${first.height}; at most ${limits.maxPixels} pixels are taken.`,
    );
  }
  if (packets.seconds() > limits.maxSeconds) {
    throw new ProbeError(
      'video-too-long',
      `The clip lasts longer than ${limits.maxSeconds} s, which is the most that is taken.`,
    );
  }
  if (!packets.opened)
    throw new ProbeError(
      'not-a-video',
      `The file is not a video that can be read (mp4, mov, webm or mkv): ${reasonIn(outcome.lastLines)}`,
    );
  if (outcome.cutShort !== undefined)
    throw new ProbeError('not-a-video', 'The file ends before its last picture: it was cut short.');
  if (packets.count === 0) throw new ProbeError('no-frames', 'The video track has no pictures.');
  if (first === undefined)
    throw new ProbeError('not-a-video', `Its pictures cannot be decoded: ${reasonIn(outcome.lastLines)}`);
}

function firstPictureIn(line: string): FirstPicture | undefined {
  const size = /^\[Parsed_showinfo.* n: *0 .* s:(\d+)x(\d+) /.exec(line);
  return size === null ? undefined : { width: Number(size[1]), height: Number(size[2]) };
}
