import type { FirstPicture } from './first-picture.js';

/**
 * First pictures by the clip's identity and track, most recently used last. They save one process for each
 * later chunk of a clip.
 */
const known = new Map<string, FirstPicture>();
const MOST_KNOWN = 1000;

/** The clip's first picture: the known one, or what `read` gives when the clip is new or has no identity. */
export async function firstPictureOf(
  { identity, track = 0 }: { identity?: string | undefined; track?: number | undefined },
  read: () => Promise<FirstPicture>,
): Promise<FirstPicture> {
  if (identity === undefined) return read();
  const key = `${identity} ${track}`;
  const picture = known.get(key) ?? (await read());
  // insertion order is the order of use: the first entry is the oldest
  known.delete(key);
  known.set(key, picture);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? '');
  return picture;
}
