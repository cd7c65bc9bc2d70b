import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ffmpeg, inRoot } from '@loci/host';

/**
 * A shipped clip.
 * @param index in the order of their names
 * @throws Error when there are fewer clips
 */
export async function sampleClip(index = 0): Promise<string> {
  const name = (await readdir(inRoot('samples'))).filter((file) => file.endsWith('.mp4')).sort()[index];
  if (name === undefined) throw new Error(`samples/ holds no clip ${index}`);
  return inRoot('samples', name);
}

/** Writes a clip that repeats `source` for so many seconds. Its packets are copied. */
export function loopClip(source: string, seconds: number, target: string): Promise<void> {
  return ffmpeg('-stream_loop', '-1', '-i', source, '-t', String(seconds), '-c', 'copy', '-an', target);
}

/** Writes a clip of other clips in a row. Their packets are copied, so their encoding must be the same. */
export async function joinClips(sources: readonly string[], target: string): Promise<void> {
  const list = `${target}.txt`;
  await writeFile(list, sources.map((source) => `file '${source}'\n`).join(''));
  await ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', '-an', target);
}

/**
 * Writes a clip that begins with a black picture and stops at a moment, each for so many seconds. It is
 * encoded anew, as a recorder does it.
 */
export function stillClip(
  source: string,
  { leadS, pauseAtS, pauseS }: { leadS: number; pauseAtS: number; pauseS: number },
  target: string,
): Promise<void> {
  const stops = `tpad=start_duration=${leadS}:stop_mode=clone:stop_duration=${pauseS}`;
  // tpad counts frames, and needs their rate again after setpts
  const filter = [
    '[0:V:0]split[a][b]',
    `[a]trim=end=${pauseAtS},setpts=PTS-STARTPTS,fps=12,${stops}[first]`,
    `[b]trim=start=${pauseAtS},setpts=PTS-STARTPTS,fps=12[second]`,
    '[first][second]concat=n=2:v=1[out]',
  ].join(';');
  const encoding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p'];
  return ffmpeg('-i', source, '-filter_complex', filter, '-map', '[out]', ...encoding, target);
}

/** A file's sha256 (hex) and size. */
export async function fingerprint(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
}
