import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '@loci/host';
import { sampleClips } from '@loci/local';

/** Writes a clip of so many seconds into `folder`: all sample clips in a row, again and again. */
export async function loopedClip(seconds: number, folder: string): Promise<string> {
  const clips = await sampleClips();
  const list = join(folder, 'clips.txt');
  // ffmpeg's concat list: a quote inside a name is closed, escaped and opened again
  await writeFile(list, clips.map(({ file }) => `file '${file.replaceAll("'", "'\\''")}'\n`).join(''));
  const clip = join(folder, `looped-${seconds}s.mp4`);
  const input = ['-stream_loop', '-1', '-f', 'concat', '-safe', '0', '-i', list];
  await ffmpeg(...input, '-t', String(seconds), '-an', '-c', 'copy', clip);
  return clip;
}
