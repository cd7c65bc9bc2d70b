import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ffmpegPath } from './binary.js';
import { FfmpegMissingError } from './errors.js';

/** The oldest ffmpeg that clips are read with: major and minor version. */
const OLDEST = [6, 1] as const;

/**
 * Starts ffmpeg once, to see that it can be used and is not too old.
 * @returns its version
 * @throws FfmpegMissingError
 */
export async function checkFfmpeg(): Promise<string> {
  const binary = ffmpegPath();
  const version = /^ffmpeg version (\S+)/.exec(await versionText(binary))?.[1];
  if (version === undefined) throw new FfmpegMissingError(`${binary} is no ffmpeg`);
  if (isTooOld(version))
    throw new FfmpegMissingError(`ffmpeg ${version} (${binary}) is too old: ${OLDEST.join('.')} is needed`);
  return version;
}

async function versionText(binary: string): Promise<string> {
  try {
    return (await promisify(execFile)(binary, ['-version'])).stdout;
  } catch (cause) {
    throw new FfmpegMissingError(`ffmpeg does not start (${binary})`, { cause });
  }
}

/** Whether a version is older than the oldest. One without a number is of development, hence new. */
function isTooOld(version: string): boolean {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
}
