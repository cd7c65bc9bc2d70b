import type { FileHandle } from 'node:fs/promises';
import type { ClipAccess, Probe } from '@loci/contracts';
import { DiskFullError, ProbeError, SourceUnreachableError } from './errors.js';
import type { Listing } from './listing.js';
import { storedPicture } from './first-picture.js';
import { diskFault, reasonIn } from './messages.js';
import { microseconds, probe, type FullProbe } from './probe.js';
import type { ProbeLimits } from './probe-run.js';
import { reachEnd, type Reach } from './reach.js';
import { remux } from './remux.js';
import { sourceName } from './source.js';
import { oneTimeline } from './timeline.js';

/** Of a file with so few bytes, reading all of it is quick enough for each chunk. */
const SMALL_BYTES = 512 * 1024;

/** An uploaded file, and where to keep what is made of it. */
export interface Upload {
  /** A file path, or an http(s) URL. */
  source: string;
  bytes: number;
  /** Stores a remuxed file, and tells where it can be read and how long it is. It is closed afterwards. */
  keep: (file: FileHandle) => Promise<{ source: string; bytes: number }>;
}

/** A file that can be decoded, chunk by chunk, at times that every chunk agrees upon. */
export interface PreparedVideo {
  probe: Probe;
  access: ClipAccess;
}

/**
 * Probes an uploaded file as probeVideo does, and finds out how its pictures are reached. A transport stream,
 * a track whose times fall back, and a file without an index are remuxed, on the timeline of oneTimeline:
 * that costs one more reading, and one of the copy, and chunks then cost the same wherever they lie.
 * @throws as probeVideo
 */
export async function prepareVideo(
  { source, bytes, keep }: Upload,
  limits: ProbeLimits,
  signal?: AbortSignal,
): Promise<PreparedVideo> {
  const found = await probe(source, limits, signal);
  const { packets } = found.track;
  if (!found.file.isTransportStream && !packets.falls) {
    const reach = await reachEnd(source, found.track, limits, signal);
    const isRead = reach.bytes > SMALL_BYTES && reach.bytes > bytes / 2;
    // a hidden picture would be shown in the copy
    if (!isRead || packets.hidden > 0) return prepared(found, reach, null);
  }
  const copy = await remuxed(source, found, limits, signal);
  try {
    const kept = await keep(copy);
    const again = await probe(kept.source, limits, signal);
    const reach = await reachEnd(kept.source, again.track, limits, signal);
    // the copy has one track, and no other that could begin earlier
    const { track, start_s } = found.probe;
    return prepared({ ...again, probe: { ...again.probe, track, start_s } }, reach, kept.bytes);
  } finally {
    await copy.close();
  }
}

async function remuxed(
  source: string,
  { file, track }: Listing,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<FileHandle> {
  const { tickSeconds, reordering } = track.packets;
  const jumps = file.isTransportStream;
  const timeline = oneTimeline({ tickSeconds, reordering, period: track.packets.period(), jumps });
  const copy = await remux({ source, track: track.place, timeline }, limits, signal);
  try {
    const { status, cutShort, lastLines } = copy.outcome;
    const full = lastLines.map(diskFault).find((fault) => fault !== undefined);
    if (full !== undefined) throw new DiskFullError(`Its pictures cannot be put in order: ${full}`);
    if (status !== 0 && cutShort === undefined)
      throw new ProbeError('not-a-video', `Its pictures cannot be put in order: ${reasonIn(lastLines)}`);
    // the probe has seen more
    if (cutShort !== undefined || copy.packets < track.packets.count)
      throw new SourceUnreachableError(`${sourceName(source)} could not be read to its end`);
    return copy.file;
  } catch (error) {
    await copy.file.close();
    throw error;
  }
}

/** What is told of a clip. Where pictures are refreshed bit by bit, the first may not be whole, nor shown. */
function prepared(
  { track, picture, probe }: FullProbe,
  reach: Reach,
  remuxedBytes: number | null,
): PreparedVideo {
  const { packets } = track;
  const first = reach.isWhole ? storedPicture(picture, packets.firstS()) : undefined;
  const lateS = reach.isWhole ? 0 : Math.max(0, picture.ticks * picture.tickSeconds - packets.firstS());
  return {
    probe: {
      ...probe,
      start_s: microseconds(probe.start_s + lateS),
      duration_s: microseconds(probe.duration_s - lateS),
    },
    access: {
      remuxed_bytes: remuxedBytes,
      refreshes: !reach.isWhole,
      entry_interval_s: microseconds(packets.entryIntervalS()),
      ...(first === undefined ? {} : { first_picture: first }),
    },
  };
}
