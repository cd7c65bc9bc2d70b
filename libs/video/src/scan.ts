import { readPacket, type ListedPacket } from './packets.js';
import { runOnSource } from './run-on-source.js';
import { scanArguments, type Range, type Sampling } from './sampling.js';
import { changesShape, isLarge, type FirstPicture } from './first-picture.js';
import { FileReport } from './tracks.js';
import { ALL_BUT_KEYS, type Skips } from './skips.js';
import { areGroupsClosed, unneededPackets, type ScannedPacket } from './unneeded.js';

/** So many packets are looked at: what is said of more would not fit into an argument of ffmpeg's. */
const MOST_PACKETS = 2 ** 16;
/** A group of pictures that goes on for so long after the range is not read to its end. */
const BEYOND_S = 2;

/**
 * Whether a line tells what a decoder, or ffmpeg of it, has to say: a fault, or parameters that change. What
 * was left out may then be missing, and several threads may differ.
 */
export const isFault = (line: string): boolean =>
  changesShape(line) || /^\[(?:[\w#:]+[/:])?(?:h264|hevc) @/.test(line);

/**
 * Whether the packets of each range are read before it is decoded: where so much less is decoded that it pays
 * for a single range, and for a clip on a remote store, which is then read twice.
 */
export const isScanned = (first: FirstPicture, { refreshS, keyPictures }: Sampling): boolean =>
  refreshS === undefined && (keyPictures === true || isLarge(first));

/** Whether pictures of a codec can be left out: of small ones those that none refers to, see scanSkips. */
const canLeaveOut = (codec: string, first: FirstPicture): boolean =>
  codec === 'h264' || (codec === 'hevc' && isLarge(first));

/** The listing's tracks: all packets, and those of reference pictures. */
const ALL = 0;
const REFERENCES = 1;

/**
 * Lists the packets that a decode of a range will read, without decoding, and finds those that it can leave
 * out. Of H.264, and of large pictures of H.265 in part: there, a picture that none of its layer refers to
 * may be one that others refer to. Of small pictures only those are left out that none refers to: clips that
 * are refreshed bit by bit have key pictures that are not. Of any codec, where key pictures alone are taken:
 * but where groups are open, the order of such pictures is lost without those between them.
 * @returns null where all have to be decoded
 */
export async function scanSkips(
  source: string,
  sampling: Sampling,
  first: FirstPicture,
  range: Range & { end: number },
  { timeLimitMs, signal }: { timeLimitMs: number; signal: AbortSignal | undefined },
): Promise<Skips | null> {
  const { ticks: firstTicks, tickSeconds } = first;
  const keyPictures = sampling.keyPictures === true;
  const endTicks = firstTicks + range.end / sampling.fps / tickSeconds;
  const lists: [ListedPacket[], ListedPacket[]] = [[], []];
  const file = new FileReport();
  let rest = '';
  const times = { missing: false };
  const enough = ({ place, isKey, pts }: ListedPacket): boolean =>
    place === REFERENCES && (isKey ? pts > endTicks : pts > endTicks + BEYOND_S / tickSeconds);
  const { status, timedOut } = await runOnSource(source, {
    args: (input) => scanArguments(input, sampling, first, range),
    timeLimitMs,
    signal,
    onOutput: (data) => {
      const lines = (rest + data.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      const packets = lines.map(readPacket).filter((packet) => packet !== undefined);
      // a packet without times would not be counted
      times.missing ||= packets.length < lines.filter((line) => !line.startsWith('#')).length;
      for (const packet of packets) lists[packet.place === ALL ? ALL : REFERENCES].push(packet);
      const codec = file.tracks[ALL]?.codec;
      if (!keyPictures && codec !== undefined && !canLeaveOut(codec, first)) return false;
      return !packets.some(enough) && (keyPictures || lists[ALL].length < MOST_PACKETS);
    },
    onLine: (line) => {
      file.push(line);
      return true;
    },
  });
  // null: it was ended as it had read enough
  if ((status ?? 0) !== 0 || timedOut !== undefined || times.missing) return null;
  if (keyPictures) return areGroupsClosed(lists[ALL]) ? ALL_BUT_KEYS : null;
  const packets = scanned(lists, file.tracks[ALL]);
  const left =
    packets === null
      ? null
      : unneededPackets(
          packets,
          { fps: sampling.fps, firstTicks, tickSeconds },
          { groupEnds: isLarge(first) },
        );
  const [begin] = lists[ALL];
  return left === null || begin === undefined ? null : { startTicks: begin.pts, left };
}

function scanned(
  [all, references]: [ListedPacket[], ListedPacket[]],
  track: FileReport['tracks'][number] | undefined,
): ScannedPacket[] | null {
  if (track === undefined || all.some(({ isHidden }) => isHidden)) return null;
  if (track.codec === 'hevc') return all.map(({ pts, isKey }) => ({ pts, isKey, isReference: true }));
  // of two fields, one may be a reference and the other not
  if (track.codec !== 'h264' || !track.isProgressive) return null;
  const known = new Set(references.map(({ pts }) => pts));
  const last = all.findLastIndex(({ pts }) => known.has(pts));
  // which of those behind the last one are references was not read
  return all.map(({ pts, isKey }, index) => ({ pts, isKey, isReference: index > last || known.has(pts) }));
}
