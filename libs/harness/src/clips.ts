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

/** A file's sha256 (hex) and size. */
export async function fingerprint(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
}
