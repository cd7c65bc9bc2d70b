import { ProbeError } from './errors.js';
import { reasonIn } from './messages.js';
import { runProbe, type ProbeLimits } from './probe-run.js';
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
  const run = {
    args: (input: string) => [
      // `verbose` counts the bytes; what a decoder makes of a broken picture is not looked at
      ...['-loglevel', 'verbose', '-copyts'],
      ...['-noaccurate_seek', '-seek_timestamp', '1', '-ss', packets.lastEntryS.toFixed(6)],
      ...[...inputArguments(input), '-map', `0:V:${place}`, '-frames:v', '1'],
      ...['-vf', 'showinfo=checksum=0', '-f', 'null', '-'],
    ],
    onLine: (line: string) => {
      const read = /^\[AVIOContext @ \w+\] Statistics: (\d+) bytes read/.exec(line);
      if (read !== null) reach.bytes = Math.max(reach.bytes, Number(read[1]));
      const type = /^\[Parsed_showinfo.* n: *0 .* type:(\S)/.exec(line)?.[1];
      if (type !== undefined) reach.isWhole = type === 'I';
      return true;
    },
  };
  const { cutShort, lastLines } = await runProbe(source, run, limits, signal);
  // the packets were listed to the end before
  if (cutShort !== undefined || lastLines.some((line) => line.startsWith('Error opening input')))
    throw new ProbeError('not-a-video', `Its end cannot be reached: ${reasonIn(lastLines)}`);
  return reach;
}
