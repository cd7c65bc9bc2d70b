import type { KeypointGraph, ThingsGraph } from '@loci/inference';
import { encodeRelated, PictureRelations, type Pinhole } from '@loci/localization';
import { unlessAborted } from '../stages/watch.js';

/** Pictures that are decoded at a time: half a megabyte each. */
const AT_ONCE = 16;

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
  const relations = new PictureRelations(lens);
  const looks: Uint8Array[] = [];
  const bytes = graph.height * graph.width * 3;
  for (let first = start; first < end; first += AT_ONCE) {
    const range = { start: first, end: Math.min(end, first + AT_ONCE) };
    const pictures = await decode(range);
    for (let at = 0; at < range.end - range.start; at += 1) {
      const picture = pictures.slice(bytes * at, bytes * (at + 1));
      const { matches, ...found } = await unlessAborted(
        () => graph.find(picture, relations.earlier()),
        signal,
      );
      relations.add(found, matches);
      if (eyes !== null && (range.start + at) % every === 0)
        looks.push(await unlessAborted(() => eyes.look(picture), signal));
    }
  }
  return {
    related: encodeRelated(relations.related()),
    things: eyes === null ? null : new Uint8Array(Buffer.concat(looks)),
  };
}

/** What looks at pictures. */
interface Seeing {
  graph: KeypointGraph;
  /** Null where nobody knows it. */
  lens: Pinhole | null;
  /** Sees pictures of the same size. */
  eyes: ThingsGraph | null;
  /** Every so many pictures are a frame. */
  every: number;
}
