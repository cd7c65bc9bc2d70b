import { runFfmpeg, type FfmpegOutcome, type FfmpegRun } from './ffmpeg.js';
import { Relay } from './relay.js';
import { isRemote } from './source.js';

export interface SourceRun extends Omit<FfmpegRun, 'args'> {
  /** ffmpeg's arguments, given where it reads the source. */
  args: (input: string) => string[] | Promise<string[]>;
}

/**
 * Runs ffmpeg on a source. What is behind a URL is read through a relay, so that an outcome is only ever of
 * the whole object.
 * @throws SourceUnreachableError when the URL cannot be read; and as runFfmpeg
 */
export async function runOnSource(
  source: string,
  { args, signal, ...run }: SourceRun,
): Promise<FfmpegOutcome> {
  if (!isRemote(source)) return runFfmpeg({ ...run, args: await args(source), signal });
  const relay = await Relay.open(source);
  try {
    const stop = signal === undefined ? relay.broken : AbortSignal.any([signal, relay.broken]);
    return await runFfmpeg({ ...run, args: await args(relay.url), signal: stop });
  } catch (error) {
    throw signal?.aborted === true ? error : (relay.fault ?? error);
  } finally {
    relay.close();
  }
}
