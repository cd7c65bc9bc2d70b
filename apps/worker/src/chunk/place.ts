import type { Sizes } from '@loci/contracts';
import {
  AGREEING, DegenerateAlignmentError, NOTHING_KNOWN, STAY, alignToTail, applySim3, applySim3ToPoses, composeSim3, decodeTail, encodeTail, identitySim3, levelSim3,
  settle, sim3, type Known, type KnowingTail, type Motion, type Sim3, type Tail,
} from '@loci/memory';
import type { Features } from './features.js';
import { sharedPoints, sightings } from './landmarks.js';
import { partsOf, type Part, type PlacedPart } from './parts.js';
import { unseenFrames } from './unseen.js';

/** A chunk in the world frame, n frames. Poses are camera-to-world, row-major [n, 4, 4], without scale. */
export interface PlacedChunk {
  /** Of the chunk's last part: what the next chunk goes on from. */
  toWorld: Sim3;
  points: Float32Array;
  centers: Float32Array;
  cameraToWorld: Float32Array;
  /** [n], 1 for fresh frames that show what was not seen before: memory takes these alone. */
  unseen: Uint8Array;
  /** The last `overlap` frames' points in the world with their confidence, what is known of the world and was taken of it, for the next chunk. */
  tail: Uint8Array;
}

/** What the placing of a chunk depends on besides its features. */
export interface Surroundings {
  /** What the chunk before left: its place in the world and its tail; null for the first chunk. */
  previous: { toWorld: Sim3; tail: Uint8Array } | null;
  /** Index in the video of the chunk's first frame. */
  start: number;
  /** Whether it is the last of the video. */
  last: boolean;
  /** Whether the model's scale is metric: then only rotation and translation are fitted. */
  metric: boolean;
  /** The categories that can be landmarks. */
  objects: ReadonlySet<number>;
  /** Frames per second. */
  fps: number;
  sizes: Pick<Sizes, 'tokens' | 'overlap'>;
}

/**
 * Carries a chunk's perception into the world frame (frame 0's camera): the first chunk is the world; a later one is
 * laid onto its predecessor by the points of the frames that both have seen, and onto the landmarks known so far. Where
 * the picture jumps, what follows is a part of its own, looked for among the landmarks until it is found.
 * @throws DegenerateAlignmentError when neither those points nor a pose of the chunk before say where the chunk is
 */
export function placeChunk(features: Features, surroundings: Surroundings): PlacedChunk {
  const { tokens, overlap } = surroundings.sizes;
  const tail = surroundings.previous === null ? null : decodeTail(surroundings.previous.tail);
  let known: Known = tail?.known ?? NOTHING_KNOWN;
  const parts: PlacedPart[] = [];
  for (const part of partsOf(features)) {
    const before = parts.at(-1)?.toWorld ?? null;
    const placed = placePart(features, part, { ...surroundings, tail, before, known });
    parts.push({ ...part, toWorld: placed.toWorld, adrift: placed.known.adrift !== null });
    known = placed.known;
  }
  const points = inWorld(parts, features.points, tokens * 3, applySim3);
  const cameraToWorld = inWorld(parts, features.cameraToChunk, 16, applySim3ToPoses);
  const { unseen, views } = unseenFrames(parts, cameraToWorld, tail?.views ?? null, surroundings);
  const from = Math.max(0, features.frames - overlap);
  return {
    toWorld: parts.at(-1)?.toWorld ?? identitySim3(),
    points,
    centers: inWorld(parts, features.centers, tokens * 3, applySim3),
    cameraToWorld,
    unseen,
    tail: encodeTail({ points: points.subarray(from * tokens * 3), confidence: features.confidence.subarray(from * tokens), known, views, pose: cameraToWorld.subarray(from * 16, from * 16 + 16) }),
  };
}

/** All frames' values ([n, `width`]) through the transforms of their parts. */
function inWorld(parts: readonly PlacedPart[], values: Float32Array, width: number, apply: (sim: Sim3, values: Float32Array) => Float32Array): Float32Array {
  const all = new Float32Array(values.length);
  for (const { first, past, toWorld } of parts) all.set(apply(toWorld, values.subarray(first * width, past * width)), first * width);
  return all;
}

interface Around extends Surroundings {
  tail: KnowingTail | null;
  /** Where the part before this one is. */
  before: Sim3 | null;
  known: Known;
}

function placePart(features: Features, part: Part, around: Around): { toWorld: Sim3; known: Known } {
  const { tail, before, objects, sizes } = around;
  const shared = tail === null ? null : sharedWith(features, part, tail, sizes);
  const known = shared === null && before !== null ? cutFrom(around.known) : around.known;
  const toWorld = firstGuess(shared, around);
  const freshFrom = Math.max(part.first, tail === null ? 0 : sizes.overlap);
  if (freshFrom >= part.past || objects.size === 0) return { toWorld, known };
  const seen = sightings(features, part, toWorld, objects);
  const settled = settle(
    {
      objects: seen,
      fresh: freshFrom === part.first ? seen : sightings(features, { first: freshFrom, past: part.past }, toWorld, objects),
      shared: shared && sharedPoints({ points: applySim3(toWorld, shared.head.points), confidence: shared.head.confidence }, shared.tail),
    },
    known,
  );
  return { toWorld: movedBy(settled.motion, toWorld), known: settled.known };
}

/** What is known after a cut. Among fewer landmarks nothing is ever found: what follows is new. */
const cutFrom = ({ landmarks }: Known): Known => ({ landmarks, adrift: landmarks.length < AGREEING ? null : { seen: [], tries: 0 } });

/** What a part and the chunk before have both seen: in the chunk's frame, and in the world. */
interface Shared {
  head: Tail;
  tail: Tail;
}

function sharedWith(features: Features, { first, past }: Part, tail: Tail, { tokens, overlap }: Surroundings['sizes']): Shared | null {
  const [from, to] = [first * tokens, Math.min(past * tokens, overlap * tokens, tail.confidence.length)];
  if (from >= to) return null;
  const of = ({ points, confidence }: Tail): Tail => ({ points: points.subarray(3 * from, 3 * to), confidence: confidence.subarray(from, to) });
  return { head: of(features), tail: of(tail) };
}

/** Where the frames that a part shares with the chunk before say that it is; without any, where the part before it is. */
function firstGuess(shared: Shared | null, { previous, tail, before, metric }: Around): Sim3 {
  if (previous === null || shared === null) return before ?? identitySim3();
  try {
    return alignToTail(shared.tail, shared.head, { scale: !metric });
  } catch (error) {
    if (!(error instanceof DegenerateAlignmentError)) throw error;
    if (before !== null) return before;
    // a blank wall fixes no motion; the pose that the chunk before found for its first frame does
    if (tail?.pose == null) throw error;
    return fromPose(tail.pose, previous.toWorld.scale);
  }
}

/** A place corrected; without a correction the same numbers. */
const movedBy = (motion: Motion, toWorld: Sim3): Sim3 => (motion === STAY ? toWorld : composeSim3(levelSim3(motion), toWorld));

/** The chunk's frame is its first frame's camera, so that camera's pose in the world is the chunk's place. */
function fromPose(pose: Float32Array, scale: number): Sim3 {
  const rows = [0, 1, 2].map((row) => [...pose.subarray(row * 4, row * 4 + 4)]);
  return sim3(scale, rows.flatMap((cells) => cells.slice(0, 3)), rows.flatMap((cells) => cells.slice(3)));
}
