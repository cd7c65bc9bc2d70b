import { RunningDecoder } from './running-decoder.js';
import type { FirstPicture } from './first-picture.js';
import { frameArguments, type Sampling } from './sampling.js';

/** How far the calls for one clip, sampled one way, have come. */
interface Progress {
  /** The frame after the last one that was asked for. */
  end: number;
  decoder?: RunningDecoder;
}

/** By clip and sampling; the most recently used stand last. */
const pool = new Map<string, Progress>();
/** Clips whose progress is remembered. */
const MAX_CLIPS = 100;
/** Decoders that may run at once; above it, idle ones are closed. */
const MAX_DECODERS = 4;
/**
 * Where a seek may begin more than so many ranges before its own, a decoder goes on over those that others
 * decode: each worker then decodes such a clip once, instead of its beginning again and again.
 */
const FAR_RANGES = 4;

interface PooledRange extends Sampling {
  start: number;
  end: number;
  identity: string;
  entryIntervalS?: number | undefined;
  timeLimitMs: number;
}

/**
 * Frames [start, end) from a decoder that keeps running between calls. The process start, the seek from the
 * key picture and the frames that two ranges share then cost once per clip instead of once per range.
 *
 * A call is served only when it continues where earlier calls for the clip have stopped. Where other workers
 * decode the ranges in between, nothing is decoded in vain, unless a seek would decode more.
 * @param firstPicture gives the clip's first picture
 * @returns RGB, uint8 [end − start, height, width, 3]; null when the range has to be decoded on its own
 */
export async function readFromPool(
  source: string,
  range: PooledRange,
  firstPicture: () => Promise<FirstPicture>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  const { start, end } = range;
  const progress = progressOf(range);
  const skipped = skippedFrames(range);
  if (progress.decoder?.reaches(start, skipped) !== true) {
    const beginsFar = skipped > 0 && progress.decoder?.over !== false;
    const continues = start <= progress.end && progress.end < end;
    progress.end = end;
    if (start > 0 && !beginsFar && !continues) return null;
    progress.decoder?.close();
    progress.decoder = new RunningDecoder({
      first: start,
      frameBytes: range.height * range.width * 3,
      timeLimitMs: range.timeLimitMs,
      source,
      args: async (input) =>
        frameArguments(input, range, await firstPicture(), { start, seek: start > 0, tell: true }),
    });
    closeIdleDecoders(progress);
  }
  progress.end = Math.max(progress.end, end);
  return progress.decoder.read(start, end, signal);
}

/** How many frames a decoder may go on over, rather than that another seeks. */
function skippedFrames({ start, end, fps, entryIntervalS = 0 }: PooledRange): number {
  const sought = Math.floor(entryIntervalS * fps);
  return sought > FAR_RANGES * (end - start) ? sought : 0;
}

function progressOf({ identity, track, fps, height, width, fit }: PooledRange): Progress {
  const key = [identity, track, fps, height, width, fit].join(' ');
  const progress = pool.get(key) ?? { end: -1 };
  pool.delete(key);
  pool.set(key, progress);
  for (const [oldest, { decoder }] of pool) {
    if (pool.size <= MAX_CLIPS) break;
    decoder?.close();
    pool.delete(oldest);
  }
  return progress;
}

function closeIdleDecoders(current: Progress): void {
  const running = [...pool.values()].filter(({ decoder }) => decoder?.over === false);
  const idle = running.filter((progress) => progress !== current && progress.decoder?.idle === true);
  for (const { decoder } of idle.slice(0, Math.max(0, running.length - MAX_DECODERS))) decoder?.close();
}
