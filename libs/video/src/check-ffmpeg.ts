import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ffmpegPath } from './binary.js';
import { FfmpegMissingError } from './errors.js';

/**
 * Starts ffmpeg once, to see that it can be used.
 * @throws FfmpegMissingError
 */
export async function checkFfmpeg(): Promise<void> {
  const binary = ffmpegPath();
  try {
    await promisify(execFile)(binary, ['-version']);
  } catch (cause) {
    throw new FfmpegMissingError(`ffmpeg does not start (${binary})`, { cause });
  }
}
