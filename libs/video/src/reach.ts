import { runFfmpeg } from './ffmpeg.js';
import { refuseRun, type ProbeLimits } from './listing.js';
import { inputArguments } from './source.js';
import type { ListedTrack } from './tracks.js';

/** What it takes to reach the last picture at which decoding can begin. */
export interface Reach {
  /** Bytes that were read for it. */
  bytes: number;
  /** Whether it is whole by itself, and not one from which on others are refreshed bit by bit. */
  isWhole: boolean;
}

/** Seeks to the end of a clip, as a late chunk does, and looks what that takes. */
export async function reachEnd(
  source: string,
  { place, packets }: ListedTrack,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<Reach> {
  const reach = { bytes: 0, isWhole: true };
  const outcome = await runFfmpeg({
    args: [
      // `verbose` counts the bytes; what a decoder makes of a broken picture is not looked at
      ...['-loglevel', 'verbose', '-threads', '1', '-max_pixels', String(limits.maxPixels * 2), '-copyts'],
      ...['-noaccurate_seek', '-seek_timestamp', '1', '-ss', packets.lastEntryS.toFixed(6)],
      ...[...inputArguments(source), '-map', `0:V:${place}`, '-frames:v', '1'],
      ...['-vf', 'showinfo=checksum=0', '-f', 'null', '-'],
    ],
    timeLimitMs: limits.timeLimitMs ?? 60_000,
    signal,
    onLine: (line) => {
      const read = /^\[AVIOContext @ \w+\] Statistics: (\d+) bytes read/.exec(line);
      if (read !== null) reach.bytes = Math.max(reach.bytes, Number(read[1]));
      const type = /^\[Parsed_showinfo.* n: *0 .* type:(\S)/.exec(line)?.[1];
      if (type !== undefined) reach.isWhole = type === 'I';
      return true;
    },
  });
  refuseRun(source, limits, outcome);
  return reach;
}
