/** A packet of a scan. Scans list packets in the order of decoding. */
export interface ScannedPacket {
  /** When its picture is shown, in ticks. */
  pts: number;
  /** Whether decoding can begin at it. */
  isKey: boolean;
  /** Whether pictures that are decoded later may refer to its picture. */
  isReference: boolean;
}

/** Which pictures may be left out. */
export interface Unneeded {
  /**
   * Also those that no sampled picture follows before the next key picture. Where pictures are refreshed bit
   * by bit, decoding does not begin anew at that.
   */
  groupEnds: boolean;
}

/** Where sampled frames lie: frame i is what is shown `i / fps` seconds after the first picture. */
export interface Grid {
  fps: number;
  firstTicks: number;
  tickSeconds: number;
}

/**
 * A picture so near to the time of a frame, in steps from one to the next, is shown at it: ffmpeg counts in
 * fractions, this in floating point.
 */
const NEAR = 1e-8;

/**
 * Which packets need not be decoded, so that every sampled frame stays the same: their pictures are not
 * sampled, and
 * - no picture refers to them, or
 * - no sampled picture follows before the next key picture, which begins a closed group, where asked for.
 * @returns for each packet whether it can be left out; null where times are told twice
 */
export function unneededPackets(
  packets: readonly ScannedPacket[],
  grid: Grid,
  { groupEnds }: Unneeded = { groupEnds: true },
): boolean[] | null {
  const sampled = sampledPictures(packets, grid);
  if (sampled === null) return null;
  const unneeded = packets.map(({ isReference }, index) => !isReference && !sampled[index]);
  for (const [begin, end] of groupEnds ? closedGroups(packets) : [])
    for (let index = end - 1; index > begin && !sampled[index]; index -= 1) unneeded[index] = true;
  return unneeded;
}

/** Whether decoding begins anew at each key picture. */
export const areGroupsClosed = (packets: readonly Omit<ScannedPacket, 'isReference'>[]): boolean =>
  closedGroups(packets).length === packets.filter(({ isKey }, index) => isKey && index > 0).length;

/** Which pictures are the last ones of their frame. What follows the last picture is not known. */
function sampledPictures(packets: readonly ScannedPacket[], grid: Grid): boolean[] | null {
  const sampled = packets.map(() => true);
  const shown = packets.map(({ pts }, index) => ({ pts, index })).sort((a, b) => a.pts - b.pts);
  for (const [place, { pts, index }] of shown.entries()) {
    const next = shown[place + 1];
    if (next === undefined) continue;
    if (next.pts === pts) return null;
    sampled[index] = firstFrameWith(pts, grid) !== firstFrameWith(next.pts, grid);
  }
  return sampled;
}

/** The first frame at whose time a picture has been shown. */
function firstFrameWith(ticks: number, { fps, firstTicks, tickSeconds }: Grid): number {
  const frames = (ticks - firstTicks) * tickSeconds * fps;
  const nearest = Math.round(frames);
  return Math.abs(frames - nearest) < NEAR ? nearest : Math.ceil(frames);
}

/**
 * The groups of pictures after which decoding begins anew: [key packet, the next one). All of their pictures
 * are shown before the next key picture, and all after that are shown after it.
 */
function closedGroups(packets: readonly Omit<ScannedPacket, 'isReference'>[]): [number, number][] {
  const earliest = packets.map(({ pts }) => pts);
  for (let index = earliest.length - 2; index >= 0; index -= 1)
    earliest[index] = Math.min(earliest[index] ?? Infinity, earliest[index + 1] ?? Infinity);
  const groups: [number, number][] = [];
  let begin = 0;
  let latest = -Infinity;
  packets.forEach(({ pts, isKey }, index) => {
    if (isKey && index > 0) {
      if (latest < pts && earliest[index] === pts) groups.push([begin, index]);
      begin = index;
    }
    latest = Math.max(latest, pts);
  });
  return groups;
}
