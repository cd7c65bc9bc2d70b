import { appendFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loopClip, sampleClip } from '@loci/harness';

/** Seconds of the clips: one chunk, and two. */
const CLIPS_S = [10, 24];

/** Makes the clips that all tenants upload. Returns their paths. */
export async function makeClips(folder: string): Promise<string[]> {
  const source = await sampleClip();
  const clips: string[] = [];
  for (const seconds of CLIPS_S) {
    const clip = join(folder, `${seconds}s.mp4`);
    await loopClip(source, seconds, clip);
    clips.push(clip);
  }
  return clips;
}

/**
 * Copies a clip for a tenant, with the same pictures in other bytes: an empty box of MP4 at the end has its
 * number. So each video has an object of its own in the store, which goes when it is deleted.
 */
export async function ownCopy(clip: string, tenant: number): Promise<string> {
  const copy = `${clip}.${tenant}`;
  await copyFile(clip, copy);
  const box = Buffer.alloc(12);
  box.writeUInt32BE(box.length, 0);
  box.write('free', 4, 'latin1');
  box.writeUInt32BE(tenant, 8);
  await appendFile(copy, box);
  return copy;
}
