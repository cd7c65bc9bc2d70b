import { rows } from '@loci/tensors';
import type { ChunkOverlap } from '../overlap.js';
import type { Correspondence, FloorPoint } from '../geometry/rigid-transform-2d.js';
import { applySim3, type Sim3 } from '../geometry/sim3.js';
import type { PerceivedChunk } from '../perceived-chunk.js';
import { clusterVotes } from './cluster-votes.js';
import type { Landmark } from './landmark.js';

/**
 * The objects that frames [first, end) of a chunk show, in the world; still frames show no more of them.
 * @param showsNew whether a frame shows something new
 * @param firstFrame the chunk's first frame in the video
 */
export function sightingsIn(
  chunk: PerceivedChunk,
  { first, end }: { first: number; end: number },
  toWorld: Sim3,
  objectCategories: ReadonlySet<number>,
  { showsNew, firstFrame }: { showsNew: (frame: number) => boolean; firstFrame: number },
): Landmark[] {
  const tokens = chunk.confidence.length / chunk.frames;
  const centers = applySim3(toWorld, rows(chunk.centers, 3 * tokens, first, end));
  const confidence = rows(chunk.confidence, tokens, first, end);
  const votes: Landmark[] = [];
  rows(chunk.category, tokens, first, end).forEach((category, token) => {
    const frame = first + Math.floor(token / tokens);
    const weight = confidence[token] ?? 0;
    // of most tokens nothing is made
    if (chunk.still[frame] === 1 || !objectCategories.has(category) || !(weight > 0)) return;
    const { x, z } = floorPointAt(centers, token);
    if (!areFinite(x, z, weight)) return;
    votes.push({
      category,
      x,
      z,
      y: centers[3 * token + 1] ?? NaN,
      weight,
      news: showsNew(frame) ? weight : 0,
      firstSeen: firstFrame,
      lastSeen: firstFrame,
      drift: 0,
      place: 0,
    });
  });
  return clusterVotes(votes);
}

/**
 * Points that two chunks share: from where this chunk places them in the world, to where the one before did.
 */
export function overlapCorrespondences(
  here: Pick<ChunkOverlap, 'points' | 'confidence'>,
  before: Pick<ChunkOverlap, 'points' | 'confidence'>,
): Correspondence[] {
  const correspondences: Correspondence[] = [];
  for (let point = 0; point < here.confidence.length; point += 1) {
    const weight = (here.confidence[point] ?? 0) * (before.confidence[point] ?? 0);
    const [from, to] = [floorPointAt(here.points, point), floorPointAt(before.points, point)];
    if (weight > 0 && areFinite(weight, from.x, from.z, to.x, to.z))
      correspondences.push({ from, to, weight });
  }
  return correspondences;
}

const areFinite = (...values: number[]): boolean => values.every(Number.isFinite);

const floorPointAt = (points: Float32Array, index: number): FloorPoint => ({
  x: points[3 * index] ?? NaN,
  z: points[3 * index + 2] ?? NaN,
});
