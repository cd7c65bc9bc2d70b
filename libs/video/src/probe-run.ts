import { ProbeError, SourceUnreachableError } from './errors.js';
import type { FfmpegOutcome } from './ffmpeg.js';
import { runOnSource, type SourceRun } from './run-on-source.js';
import { sourceName } from './source.js';

export interface ProbeLimits {
  /** The longest clip taken, in seconds. */
  maxSeconds: number;
  /** The most pixels that one picture may have. */
  maxPixels: number;
  /** As for decodeFrames; 60,000 by default. */
  timeLimitMs?: number;
}

const TIME_LIMIT_MS = 60_000;

type ProbeRun = Omit<SourceRun, 'timeLimitMs' | 'signal'>;

/**
 * Runs ffmpeg on an uploaded file within the limits, and throws what went wrong, whatever the tracks.
 * Decoders pad pictures to whole blocks, so twice the pixels are let in; the shown size is checked exactly.
 * @throws ProbeError, SourceUnreachableError, AbortedError
 */
export async function runProbe(
  source: string,
  run: ProbeRun,
  { maxPixels, timeLimitMs = TIME_LIMIT_MS }: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<FfmpegOutcome> {
  const args = async (input: string): Promise<string[]> => [
    ...['-threads', '1', '-max_pixels', String(maxPixels * 2)],
    ...(await run.args(input)),
  ];
  const outcome = await runOnSource(source, { ...run, args, timeLimitMs, signal });
  const text = outcome.lastLines.join('\n');
  const fault = outcome.timedOut === 'still' ? 'it stands still' : outcome.transportFault;
  if (fault !== undefined) throw new SourceUnreachableError(`${sourceName(source)} cannot be read: ${fault}`);
  if (outcome.timedOut === 'busy') throw new ProbeError('not-a-video', 'The file took too long to read.');
  if (/matches no streams/.test(text)) throw new ProbeError('no-video-track', 'The file has no video track.');
  if (/exceeds specified max pixel count|Picture size \d+x\d+ is invalid|Invalid dimensions/.test(text))
    throw new ProbeError('video-too-many-pixels', `A picture may have at most ${maxPixels} pixels.`);
  return outcome;
}
