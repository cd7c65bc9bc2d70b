import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ffmpeg } from '../ffmpeg.js';
import { inRoot } from '../stack/root.js';

/** One of the shipped clips: the first by name. @throws Error when none is shipped */
export async function sampleClip(): Promise<string> {
  const [first] = (await readdir(inRoot('samples'))).filter((name) => name.endsWith('.mp4')).sort();
  if (first === undefined) throw new Error('there is no clip in samples/');
  return inRoot('samples', first);
}

/** Writes a clip that shows `source` over and over for `seconds`, without encoding it anew. */
export function loopClip(source: string, seconds: number, target: string): Promise<void> {
  return ffmpeg('-stream_loop', '-1', '-i', source, '-t', String(seconds), '-c', 'copy', '-an', target);
}

/** A file's sha256 (hex) and size. */
export async function fingerprint(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
}
