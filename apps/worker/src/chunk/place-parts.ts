import type { Sizes } from '@loci/contracts';
import {
  DegenerateAlignmentError,
  NOTHING_KNOWN,
  STAY,
  alignToTail,
  applySim3,
  composeSim3,
  cutFrom,
  identitySim3,
  levelSim3,
  settle,
  sim3,
  type Known,
  type KnowingTail,
  type Motion,
  type Sim3,
  type Tail,
} from '@loci/memory';
import type { Features } from './features.js';
import { sharedPoints, sightings } from './landmarks.js';
import { partsOf, type Part, type PlacedPart } from './parts.js';

/** What the placing of a chunk's parts depends on besides its features. */
export interface Around {
  /** What the chunk before left; null for the first chunk. */
  tail: KnowingTail | null;
  /** The chunk before's scale. */
  scale: number;
  /** Whether it is the last of the video. */
  last: boolean;
  /** Whether the model's scale is metric: then only rotation and translation are fitted. */
  metric: boolean;
  /** The categories that can be landmarks. */
  objects: ReadonlySet<number>;
  sizes: Pick<Sizes, 'tokens' | 'overlap'>;
}

/** A chunk's parts in the world, and what is known then. */
export interface PlacedParts {
  parts: PlacedPart[];
  /** How far what was adrift before the chunk has to move to where it belongs; null while it stays adrift, and where nothing was. */
  found: Motion | null;
  known: Known;
}

/**
 * Places a chunk's parts. What is adrift when the picture jumps again, or when the video ends, stays where it stands: it will not be found any more.
 * @throws DegenerateAlignmentError when neither shared points nor a pose of the chunk before say where the chunk is
 */
export function placeParts(features: Features, around: Around): PlacedParts {
  let known: Known = around.tail?.known ?? NOTHING_KNOWN;
  let parts: PlacedPart[] = [];
  let [waits, found]: [boolean, Motion | null] = [known.adrift !== null, null];
  const settled = (motion: Motion): void => {
    if (waits) [waits, found] = [false, motion];
  };
  const stay = (): void => {
    settled(STAY);
    parts = parts.map((part) => ({ ...part, adrift: false }));
  };
  for (const part of partsOf(features, waits)) {
    const before = parts.at(-1)?.toWorld ?? null;
    const shared = around.tail === null ? null : sharedWith(features, part, around.tail, around.sizes);
    if (shared === null && before !== null) {
      stay();
      known = cutFrom(known, part.suspected);
    }
    const placed = placePart(features, part, { shared, before, known, around });
    known = placed.known;
    if (known.adrift === null) settled(placed.motion);
    parts.push({ ...part, toWorld: placed.toWorld, adrift: known.adrift !== null });
  }
  if (around.last) stay();
  return { parts, found, known };
}

interface Beginning {
  shared: Shared | null;
  /** Where the part before this one is. */
  before: Sim3 | null;
  known: Known;
  around: Around;
}

/** Where a part is, how far that is from its first guess, and what is known then. */
function placePart(
  features: Features,
  part: Part,
  { shared, before, known, around }: Beginning,
): { toWorld: Sim3; motion: Motion; known: Known } {
  const { tail, objects, sizes } = around;
  const toWorld = firstGuess(shared, before, around);
  const freshFrom = Math.max(part.first, tail === null ? 0 : sizes.overlap);
  if (freshFrom >= part.past || objects.size === 0) return { toWorld, motion: STAY, known };
  const seen = sightings(features, part, toWorld, objects);
  const settled = settle(
    {
      objects: seen,
      fresh:
        freshFrom === part.first
          ? seen
          : sightings(features, { first: freshFrom, past: part.past }, toWorld, objects),
      shared:
        shared &&
        sharedPoints(
          { points: applySim3(toWorld, shared.head.points), confidence: shared.head.confidence },
          shared.tail,
        ),
    },
    known,
  );
  return { toWorld: movedBy(settled.motion, toWorld), ...settled };
}

/** What a part and the chunk before have both seen: in the chunk's frame, and in the world. */
interface Shared {
  head: Tail;
  tail: Tail;
}

function sharedWith(
  features: Features,
  { first, past }: Part,
  tail: Tail,
  { tokens, overlap }: Around['sizes'],
): Shared | null {
  const [from, to] = [first * tokens, Math.min(past * tokens, overlap * tokens, tail.confidence.length)];
  if (from >= to) return null;
  const of = ({ points, confidence }: Tail): Tail => ({
    points: points.subarray(3 * from, 3 * to),
    confidence: confidence.subarray(from, to),
  });
  return { head: of(features), tail: of(tail) };
}

/** Where the frames that a part shares with the chunk before say that it is; without any, where the part before it is. */
function firstGuess(shared: Shared | null, before: Sim3 | null, { tail, scale, metric }: Around): Sim3 {
  if (shared === null) return before ?? identitySim3();
  try {
    return alignToTail(shared.tail, shared.head, { scale: !metric });
  } catch (error) {
    if (!(error instanceof DegenerateAlignmentError)) throw error;
    if (before !== null) return before;
    // a blank wall fixes no motion; the pose that the chunk before found for its first frame does
    if (tail?.pose == null) throw error;
    return fromPose(tail.pose, scale);
  }
}

/** A place corrected; without a correction the same numbers. */
const movedBy = (motion: Motion, toWorld: Sim3): Sim3 =>
  motion === STAY ? toWorld : composeSim3(levelSim3(motion), toWorld);

/** The chunk's frame is its first frame's camera, so that camera's pose in the world is the chunk's place. */
function fromPose(pose: Float32Array, scale: number): Sim3 {
  const rows = [0, 1, 2].map((row) => [...pose.subarray(row * 4, row * 4 + 4)]);
  return sim3(
    scale,
    rows.flatMap((cells) => cells.slice(0, 3)),
    rows.flatMap((cells) => cells.slice(3)),
  );
}
