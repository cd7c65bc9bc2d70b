import type { Sizes } from '@loci/contracts';
import { takeUnseen, viewOf, type View } from '@loci/memory';
import type { PlacedPart } from './parts.js';

/** When a chunk begins (its first frame's index in the video, frames per second), and what can be a landmark. */
interface Chunk {
  start: number;
  /** Whether it is the last of the video. */
  last: boolean;
  fps: number;
  objects: ReadonlySet<number>;
  sizes: Pick<Sizes, 'overlap'>;
}

/**
 * [n] The fresh frames of a chunk (poses [n, 4, 4] in the world) that show what was not seen before, and the views that were taken
 * then; `views` are those of the chunk before, null at the first chunk. Frames that nobody knows the place of are not taken, as long as
 * more comes by which it may be found. For a model that has no landmarks all is new: its places cannot be compared.
 */
export function unseenFrames(
  parts: readonly PlacedPart[],
  cameraToWorld: Float32Array,
  views: readonly View[] | null,
  { start, last, fps, objects, sizes }: Chunk,
): { unseen: Uint8Array; views: View[] } {
  const frames = cameraToWorld.length / 16;
  const freshFrom = views === null ? 0 : sizes.overlap;
  if (objects.size === 0) return { unseen: new Uint8Array(frames).fill(1, freshFrom), views: [] };
  const fresh = parts.flatMap(({ first, past, adrift }) =>
    Array.from({ length: past - first }, (_, at) => first + at)
      .filter((at) => at >= freshFrom)
      .map((at) => ({ at, view: adrift && !last ? null : viewOf(cameraToWorld, at * 16, (start + at) / fps) })),
  );
  const taken = takeUnseen(views ?? [], fresh.map(({ view }) => view));
  const unseen = new Uint8Array(frames);
  fresh.forEach(({ at }, index) => (unseen[at] = taken.unseen[index] === true ? 1 : 0));
  return { unseen, views: taken.views };
}
