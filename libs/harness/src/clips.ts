import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ffmpeg, inRoot } from '@loci/host';

/** One of the shipped clips, by its place among their names. @throws Error when there are not so many */
export async function sampleClip(place = 0): Promise<string> {
  const name = (await readdir(inRoot('samples'))).filter((file) => file.endsWith('.mp4')).sort()[place];
  if (name === undefined) throw new Error(`samples/ holds no clip ${place}`);
  return inRoot('samples', name);
}

/** Writes a clip that shows `source` over and over for `seconds`, without encoding it anew. */
export function loopClip(source: string, seconds: number, target: string): Promise<void> {
  return ffmpeg('-stream_loop', '-1', '-i', source, '-t', String(seconds), '-c', 'copy', '-an', target);
}

/** Writes a clip that shows others of the same coding one after another, without encoding them anew. */
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
