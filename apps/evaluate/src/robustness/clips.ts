import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { VideoQuestions } from '../dataset/dataset.js';
import type { Transform } from './transforms.js';

/** The video that follows another one in the data set; the first one after the last. */
const nextOf = (video: VideoQuestions, all: readonly VideoQuestions[]): VideoQuestions =>
  all[(all.findIndex(({ scene }) => scene === video.scene) + 1) % all.length] ?? video;

/**
 * Makes the clips of a variant, one by one.
 * @param videos those whose clips are made, of `all`
 * @param folder the clips' folder
 * @param reuse take clips that are there already
 * @returns the same videos with the paths of their clips
 */
export async function makeClips(
  transform: Transform,
  videos: readonly VideoQuestions[],
  all: readonly VideoQuestions[],
  folder: string,
  reuse: boolean,
): Promise<VideoQuestions[]> {
  await mkdir(folder, { recursive: true });
  const clips: VideoQuestions[] = [];
  for (const video of videos) {
    // a scene's name has slashes
    const target = join(folder, `${encodeURIComponent(video.scene)}.mp4`);
    if (!reuse || !existsSync(target)) await makeClip(transform, video.file, target, nextOf(video, all).file);
    clips.push({ ...video, file: target });
  }
  return clips;
}

/**
 * Makes a clip, all or nothing: under another name first.
 * @throws CommandError when ffmpeg fails
 */
export async function makeClip(
  transform: Transform,
  source: string,
  target: string,
  other = source,
): Promise<void> {
  const part = `${target}.part.mp4`;
  await transform(source, part, other);
  await rename(part, target);
}
