import type { Sizes } from '@loci/contracts';
import {
  applySim3,
  applySim3ToPoses,
  decodeTail,
  encodeTail,
  identitySim3,
  type Sim3,
  type View,
} from '@loci/memory';
import type { Features } from './features.js';
import { framesFrom, framesOf, movedFrame, tensorsOf, type PlacedFrame } from './frames.js';
import type { PlacedPart } from './parts.js';
import { placeParts, type Around } from './place-parts.js';
import { askUnseen, type AskedFrames } from './unseen.js';

/** A chunk in the world frame. */
export interface PlacedChunk {
  /** Of the chunk's last part: what the next chunk goes on from. */
  toWorld: Sim3;
  /** What memory is asked to take, in order: frames of chunks before that have waited until now, if any; then all of the chunk. */
  asked: AskedFrames[];
  /** The fresh frames whose place is known from now on. */
  known: PlacedFrame[];
  /**
   * The last `overlap` frames' points in the world with their confidence, what is known of the world and was taken of it, and those
   * of its frames that wait, for the next chunk.
   */
  tail: Uint8Array;
  /** Whether frames of chunks before wait on: then the tails before are needed still. */
  waits: boolean;
}

/** What the placing of a chunk depends on besides its features. */
export interface Surroundings extends Omit<Around, 'tail' | 'scale'> {
  /** What the chunks before left: the last one's place in the world and its tail, before it the tails in which frames wait; null for the first chunk. */
  previous: { toWorld: Sim3; tails: readonly Uint8Array[] } | null;
  /** Index in the video of the chunk's first frame. */
  start: number;
  /** Frames per second. */
  fps: number;
  sizes: Pick<Sizes, 'tokens' | 'overlap' | 'frames_per_chunk'>;
}

/**
 * Carries a chunk's perception into the world frame (frame 0's camera): the first chunk is the world; a later one is
 * laid onto its predecessor by the points of the frames that both have seen, and onto the landmarks known so far. Where
 * the picture jumps, what follows is a part of its own, looked for among the landmarks; its frames wait until it is found.
 * @throws DegenerateAlignmentError when neither those points nor a pose of the chunk before say where the chunk is
 */
export function placeChunk(features: Features, surroundings: Surroundings): PlacedChunk {
  const { previous, start, sizes } = surroundings;
  const tails = (previous?.tails ?? []).map((bytes) => decodeTail(bytes));
  const tail = tails.at(-1) ?? null;
  const { parts, found, known } = placeParts(features, {
    ...surroundings,
    tail,
    scale: previous?.toWorld.scale ?? 1,
  });
  const world = inWorld(parts, features, sizes.tokens);
  const frames = framesOf(features, world, start);
  const freshFrom = tail === null ? 0 : sizes.overlap;
  const adrift = parts.flatMap((part) => Array.from({ length: part.past - part.first }, () => part.adrift));
  const isKnown = frames.map((_, at) => at >= freshFrom && adrift[at] === false);

  const settled =
    found === null
      ? []
      : tails.flatMap(({ waiting }) => framesFrom(waiting)).map((frame) => movedFrame(frame, found));
  const { asked, views } = askInTurn(settled, { frames, asked: isKnown }, tail?.views ?? [], surroundings);
  const from = Math.max(0, features.frames - sizes.overlap);
  return {
    toWorld: parts.at(-1)?.toWorld ?? identitySim3(),
    asked,
    known: [...settled, ...frames.filter((_, at) => isKnown[at])],
    tail: encodeTail({
      points: world.points.subarray(from * sizes.tokens * 3),
      confidence: features.confidence.subarray(from * sizes.tokens),
      known,
      views,
      pose: world.cameraToWorld.subarray(from * 16, from * 16 + 16),
      waiting: tensorsOf(frames.filter((_, at) => at >= freshFrom && adrift[at])),
    }),
    waits: found === null && tail !== null && tail.known.adrift !== null,
  };
}

/** Asks memory for frames that have waited, T at a time as its graph takes them, and then for the chunk's own. */
function askInTurn(
  settled: readonly PlacedFrame[],
  own: { frames: readonly PlacedFrame[]; asked: readonly boolean[] },
  views: readonly View[],
  { fps, objects, sizes }: Surroundings,
): { asked: AskedFrames[]; views: readonly View[] } {
  const length = sizes.frames_per_chunk;
  const groups = Array.from({ length: Math.ceil(settled.length / length) }, (_, at) =>
    settled.slice(at * length, (at + 1) * length),
  );
  const asked: AskedFrames[] = [];
  for (const some of [...groups.map((frames) => ({ frames, asked: frames.map(() => true) })), own]) {
    const answer = askUnseen(some.frames, some.asked, views, { fps, objects });
    asked.push({ frames: answer.frames, unseen: answer.unseen });
    views = answer.views;
  }
  return { asked, views };
}

/** What a chunk shows, each frame through the transform of its part. */
function inWorld(
  parts: readonly PlacedPart[],
  { points, centers, cameraToChunk }: Features,
  tokens: number,
): { points: Float32Array; centers: Float32Array; cameraToWorld: Float32Array } {
  const through = (
    values: Float32Array,
    width: number,
    apply: (sim: Sim3, values: Float32Array) => Float32Array,
  ): Float32Array => {
    const all = new Float32Array(values.length);
    for (const { first, past, toWorld } of parts)
      all.set(apply(toWorld, values.subarray(first * width, past * width)), first * width);
    return all;
  };
  return {
    points: through(points, tokens * 3, applySim3),
    centers: through(centers, tokens * 3, applySim3),
    cameraToWorld: through(cameraToChunk, 16, applySim3ToPoses),
  };
}
