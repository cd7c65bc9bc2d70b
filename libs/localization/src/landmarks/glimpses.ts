import { GLIMPSES } from '../parameters.js';

/** A square metre of the floor where tokens saw an object, and the first frame of the video that did. */
export interface Glimpse {
  readonly category: number;
  /** Metres of the world, where that frame saw it. */
  readonly x: number;
  readonly z: number;
  readonly frame: number;
}

/** What a chunk's frames show: tokens [F, N], centers [F, N, 3] in the world. */
export interface Seen {
  readonly category: Int32Array;
  readonly confidence: Float32Array;
  readonly centers: Float32Array;
  readonly frames: number;
}

/**
 * Glimpses with those of a chunk. A single token is enough, so they are earlier than sightings: that there is
 * such an object, the landmark beside them says.
 * @param frameOf the index in the video of a frame of the chunk; null where the frame is not to be looked at
 */
export function takeGlimpses(
  known: readonly Glimpse[],
  seen: Seen,
  objectCategories: ReadonlySet<number>,
  frameOf: (frame: number) => number | null,
): readonly Glimpse[] {
  const tokens = seen.category.length / seen.frames;
  const glimpses = [...known];
  const squares = new Set(known.map(squareOf));
  const counts = new Map<number, number>();
  for (const { category } of known) counts.set(category, (counts.get(category) ?? 0) + 1);
  for (const [token, category] of seen.category.entries()) {
    const count = counts.get(category) ?? 0;
    const frame = frameOf(Math.floor(token / tokens));
    if (frame === null || !objectCategories.has(category) || count === GLIMPSES.max) continue;
    const [x = NaN, z = NaN] = [seen.centers[3 * token], seen.centers[3 * token + 2]];
    const glimpse = { category, x, z, frame };
    const isOne = (seen.confidence[token] ?? 0) > 0 && Number.isFinite(x) && Number.isFinite(z);
    if (!isOne || squares.has(squareOf(glimpse))) continue;
    glimpses.push(glimpse);
    squares.add(squareOf(glimpse));
    counts.set(category, count + 1);
  }
  return glimpses;
}

const squareOf = ({ category, x, z }: Glimpse): string => `${category} ${Math.floor(x)} ${Math.floor(z)}`;
