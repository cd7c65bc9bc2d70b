import { RunningDecoder } from './running-decoder.js';
import type { FirstPicture } from './first-picture.js';
import { frameArguments, type Sampling } from './sampling.js';
import { isFault, isScanned, scanSkips } from './scan.js';
import { isRemote } from './source.js';

interface PooledDecoder {
  /** The clip, and how it is sampled. */
  clip: string;
  decoder: RunningDecoder;
}

/** The decoders that run, the most recently used last. */
let pool: PooledDecoder[] = [];
/** Decoders that may run at once; above it, idle ones are closed. */
const MAX_DECODERS = 4;
/**
 * Where a seek may begin more than so many ranges before its own, a decoder goes on over those that others
 * decode: each worker then decodes such a clip once, instead of its beginning again and again.
 */
const FAR_RANGES = 4;
/**
 * Of small pictures, the packets of so many runs are read before they are decoded: one decoder gives them
 * all, where one worker goes from each to the next.
 */
const LISTED_RUNS = 4;

/** Clips of small pictures that a decoder found fault with; the last ones. They are decoded whole. */
const faulty = new Set<string>();
const MOST_FAULTY = 1000;

interface PooledRange extends Sampling {
  start: number;
  end: number;
  runEnd: number;
  identity: string;
  entryIntervalS?: number | undefined;
  into?: Uint8Array;
  timeLimitMs: number;
}

/**
 * Frames [start, end) from a decoder that keeps running between the calls of a run. The process start, the
 * seek from the key picture and the frames that two ranges share then cost once per run instead of once per
 * range; and nothing where the next run begins where one has ended.
 *
 * A decoder is started only for a range that others of its run are to follow, and decodes nothing beyond the
 * run. Where a seek would decode more, it goes on over runs that others decode.
 * A decoder leaves out what sampled frames do not need. Of large pictures it gives those of its run alone; of
 * small ones those of some runs, and all of them where a fault was found, or the clip is on a remote store.
 * @param first the clip's first picture
 * @returns RGB, uint8 [end − start, height, width, 3]; null when the range has to be decoded on its own
 */
export async function readFromPool(
  source: string,
  range: PooledRange,
  first: FirstPicture,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  const { start, end, runEnd } = range;
  const clip = clipOf(range);
  const skipped = skippedFrames(range);
  const isLargeOrKeys = isScanned(first, range);
  // where a seek would begin far before, one decoder goes on for the whole clip
  const isBound = skipped === 0 && (isLargeOrKeys || !(isRemote(source) || faulty.has(clip)));
  const last = isLargeOrKeys ? runEnd : start + LISTED_RUNS * (runEnd - start);
  const fails = (line: string): boolean => {
    if (!isFault(line)) return false;
    if (!isLargeOrKeys) keepFaulty(clip);
    return true;
  };
  const begin = (): RunningDecoder =>
    new RunningDecoder({
      first: start,
      ...(isBound ? { last, fails } : {}),
      frameBytes: range.height * range.width * 3,
      timeLimitMs: range.timeLimitMs,
      source,
      args: async (input) => {
        const seek = start > 0;
        if (!isBound) return frameArguments(input, range, first, { start, seek, tell: true });
        const run = { start, end: last, seek, tell: true };
        const limits = { timeLimitMs: range.timeLimitMs, signal };
        return frameArguments(input, range, first, {
          ...run,
          skips: await scanSkips(source, range, first, run, limits),
        });
      },
    });
  const decoders = pool.filter((pooled) => pooled.clip === clip).map(({ decoder }) => decoder);
  const follows = end < runEnd || (skipped > 0 && decoders.every(({ over }) => over));
  // one that goes over no other range, if there is
  const running =
    decoders.find((decoder) => decoder.reaches(range, 0)) ??
    decoders.find((decoder) => decoder.reaches(range, skipped));
  const decoder = running ?? (follows ? begin() : undefined);
  if (decoder === undefined) return null;
  keep({ clip, decoder });
  return decoder.read(range, signal);
}

function keepFaulty(clip: string): void {
  faulty.add(clip);
  // insertion order: the first is the oldest
  if (faulty.size > MOST_FAULTY) faulty.delete(faulty.values().next().value ?? '');
}

/** How many frames a decoder may go on over, rather than that another seeks. */
function skippedFrames({ start, end, fps, keyPictures, entryIntervalS = 0 }: PooledRange): number {
  // of key pictures alone, a seek leads to the one that is shown
  if (keyPictures === true) return 0;
  const sought = Math.floor(entryIntervalS * fps);
  return sought > FAR_RANGES * (end - start) ? sought : 0;
}

const clipOf = ({ identity, track, fps, keyPictures, height, width, fit }: PooledRange): string =>
  [identity, track, fps, keyPictures === true, height, width, fit].join(' ');

/**
 * Keeps a decoder as the one used last. Closes the clip's others whose run has ended, and of all clips' the
 * idle ones that are too many.
 */
function keep(used: PooledDecoder): void {
  const others = pool.filter(({ decoder }) => decoder !== used.decoder && !decoder.over);
  const ended = others.filter(({ clip, decoder }) => clip === used.clip && decoder.runEnded);
  const idle = others.filter(({ decoder }) => decoder.idle);
  const tooMany = idle.slice(0, Math.max(0, others.length + 1 - MAX_DECODERS));
  for (const { decoder } of new Set([...ended, ...tooMany])) decoder.close();
  pool = [...others.filter(({ decoder }) => !decoder.over), used];
}
