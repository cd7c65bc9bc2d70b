import type { Sizes } from '@loci/contracts';
import { DegenerateAlignmentError, alignToTail, applySim3, applySim3ToPoses, decodeTail, encodeTail, identitySim3, sim3, type Sim3, type StandingEntry } from '@loci/memory';
import type { Features } from './features.js';

/** A chunk in the world frame, n frames. Poses are camera-to-world, row-major [n, 4, 4], without scale. */
export interface PlacedChunk {
  toWorld: Sim3;
  points: Float32Array;
  centers: Float32Array;
  cameraToWorld: Float32Array;
  /** The last `overlap` frames' points in the world with their confidence, for the next chunk. */
  tail: Uint8Array;
}

/** What the placing of a chunk depends on besides its features. */
export interface Surroundings {
  /** What the chunk before left: its place in the world and its tail; null for the first chunk. */
  previous: { toWorld: Sim3; tail: Uint8Array } | null;
  /** Index in the video of the chunk's first frame. */
  start: number;
  /** The state before this chunk. */
  standing: readonly StandingEntry[];
  /** Whether the model's scale is metric: then only rotation and translation are fitted. */
  metric: boolean;
  sizes: Pick<Sizes, 'tokens' | 'overlap'>;
}

/**
 * Carries a chunk's perception into the world frame (frame 0's camera): the first chunk is the world; a later one is
 * laid onto its predecessor by the points of the frames that both have seen.
 * @throws DegenerateAlignmentError when neither those points nor a remembered pose say where the chunk is
 */
export function placeChunk(features: Features, surroundings: Surroundings): PlacedChunk {
  const { tokens, overlap } = surroundings.sizes;
  const toWorld = findPlace(features, surroundings);
  const points = applySim3(toWorld, features.points);
  const from = Math.max(0, features.frames - overlap) * tokens;
  return {
    toWorld,
    points,
    centers: applySim3(toWorld, features.centers),
    cameraToWorld: applySim3ToPoses(toWorld, features.cameraToChunk),
    tail: encodeTail({ points: points.subarray(from * 3), confidence: features.confidence.subarray(from) }),
  };
}

function findPlace(features: Features, { previous, start, standing, metric }: Surroundings): Sim3 {
  if (previous === null) return identitySim3();
  const tail = decodeTail(previous.tail);
  const shared = tail.confidence.length;
  const head = { points: features.points.subarray(0, shared * 3), confidence: features.confidence.subarray(0, shared) };
  try {
    return alignToTail(tail, head, { scale: !metric });
  } catch (error) {
    // a blank wall fixes no motion; the pose that working memory holds of the chunk's first frame does
    const pose = standing.find(({ kind, frame }) => kind === 'working' && frame === start)?.pose;
    if (!(error instanceof DegenerateAlignmentError) || pose === undefined) throw error;
    return fromPose(pose, previous.toWorld.scale);
  }
}

/** The chunk's frame is its first frame's camera, so that camera's pose in the world is the chunk's place. */
function fromPose(pose: readonly number[], scale: number): Sim3 {
  const row = (index: number): readonly number[] => pose.slice(index * 4, index * 4 + 4);
  const rows = [row(0), row(1), row(2)];
  return sim3(scale, rows.flatMap((cells) => cells.slice(0, 3)), rows.flatMap((cells) => cells.slice(3)));
}
