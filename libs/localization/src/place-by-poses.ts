import { rows } from '@loci/tensors';
import { applySim3, composeSim3, fromPose, identitySim3, invertSim3 } from './geometry/sim3.js';
import { mergeLandmarks } from './landmarks/merge.js';
import { sightingsIn } from './landmarks/sightings.js';
import type { PerceivedChunk } from './perceived-chunk.js';
import { newFrames } from './place-segments.js';
import type { PlacedSegment, Placement, Surroundings } from './placement.js';

/**
 * Places every frame of a chunk where a client says that its camera stood: nothing is aligned, looked for or
 * lost. Its objects become landmarks, which the map names.
 * @param poses [F, 4, 4] camera-to-world
 */
export function placeByPoses(chunk: PerceivedChunk, poses: Float32Array, around: Surroundings): Placement {
  const { world, overlap, options } = around;
  const segments = Array.from({ length: chunk.frames }, (_, frame): PlacedSegment => {
    const cameraToWorld = fromPose(rows(poses, 16, frame, frame + 1), 1);
    const cameraToChunk = fromPose(rows(chunk.cameraToChunk, 16, frame, frame + 1), 1);
    const toWorld = composeSim3(cameraToWorld, invertSim3(cameraToChunk));
    return { first: frame, end: frame + 1, toWorld, lost: false, place: null, replayed: new Set() };
  });
  const fresh = { first: overlap === null ? 0 : options.sizes.overlap, end: chunk.frames };
  const placed = { ...chunk, centers: votesInWorld(chunk, segments) };
  const isNew = newFrames(rows(poses, 16, fresh.first, fresh.end), fresh.first, around);
  const objects = sightingsIn(placed, fresh, identitySim3(), options.objectCategories, {
    showsNew: isNew,
    firstFrame: options.firstFrame,
  });
  return {
    segments,
    world: { ...world, landmarks: mergeLandmarks(world.landmarks, objects) },
    release: null,
    joins: [],
  };
}

/** [F, N, 3]: each frame's votes through the transform of its segment, so that all frames vote together. */
function votesInWorld({ centers, frames }: PerceivedChunk, segments: readonly PlacedSegment[]): Float32Array {
  const width = centers.length / frames;
  const moved = new Float32Array(centers.length);
  for (const { first, end, toWorld } of segments)
    moved.set(applySim3(toWorld, rows(centers, width, first, end)), width * first);
  return moved;
}
