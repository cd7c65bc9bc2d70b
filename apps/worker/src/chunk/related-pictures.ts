import type { KeypointGraph, ThingsGraph } from '@loci/inference';
import {
  COMPARED_APART,
  encodeRelated,
  isRemembered,
  lensIn,
  looksOf,
  relateWithEarlier,
  type SeenThrough,
  type Keypoints,
  type Pinhole,
  type Relation,
} from '@loci/localization';
import { unlessAborted } from '../stages/watch.js';

/** Pictures a second by which a camera's path is estimated, about. */
const PICTURES_PER_S = 6;
/** Pictures that are decoded at a time: half a megabyte each. */
const AT_ONCE = 16;

/** Of the pictures that a path is estimated by, every so many are a frame of the memory. */
export const picturesPerFrame = (fps: number): number => Math.max(1, Math.round(PICTURES_PER_S / fps));

/** The pictures of frames [start, end): from the first to the last of them. */
export const picturesOf = ({ start, end }: { start: number; end: number }, every: number) => ({
  start: every * start,
  end: every * (end - 1) + 1,
});

/** The lens of the graph's pictures. */
export const pictureLens = (
  graph: Pick<KeypointGraph, 'width' | 'height'>,
  { pinhole }: SeenThrough,
): Pinhole => lensIn(graph, { ...pinhole, width: 1, height: 1 });

/** What pictures show, as it is stored. */
export interface PicturesSeen {
  /** Their keypoints, and how they stand to each other, encoded (encodeRelated). */
  related: Uint8Array;
  /** What things the memory's frames among them show, as the graph says it; null where none does. */
  things: Uint8Array | null;
}

/**
 * What pictures show, and how they stand to each other.
 * @param decode gives pictures [start, end), RGB u8
 */
export async function relatePictures(
  { start, end }: { start: number; end: number },
  decode: (range: { start: number; end: number }) => Promise<Uint8Array>,
  { graph, lens, eyes, every }: Seeing,
  signal: AbortSignal,
): Promise<PicturesSeen> {
  const frames: Keypoints[] = [];
  const relations: Relation[] = [];
  const looks: Uint8Array[] = [];
  const bytes = graph.height * graph.width * 3;
  for (let first = start; first < end; first += AT_ONCE) {
    const range = { start: first, end: Math.min(end, first + AT_ONCE) };
    const pictures = await decode(range);
    for (let at = 0; at < range.end - range.start; at += 1) {
      const picture = pictures.slice(bytes * at, bytes * (at + 1));
      const earlier = COMPARED_APART.flatMap((apart) => frames[frames.length - apart]?.descriptors ?? []);
      const { matches, ...found } = await unlessAborted(() => graph.find(picture, earlier), signal);
      frames.push(found);
      relations.push(...relateWithEarlier(frames, frames.length - 1, lens, matches));
      if (eyes !== null && (range.start + at) % every === 0)
        looks.push(await unlessAborted(() => eyes.look(picture), signal));
    }
  }
  const seen = frames.map((frame, picture) =>
    isRemembered(picture) ? { ...frame, looks: looksOf(frame) } : frame,
  );
  return {
    related: encodeRelated({ frames: seen, relations }),
    things: eyes === null ? null : new Uint8Array(Buffer.concat(looks)),
  };
}

/** What looks at pictures. */
interface Seeing {
  graph: KeypointGraph;
  lens: Pinhole;
  /** Sees pictures of the same size. */
  eyes: ThingsGraph | null;
  /** Every so many pictures are a frame. */
  every: number;
}
