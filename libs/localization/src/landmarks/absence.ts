import { rows } from '@loci/tensors';
import { applySim3, applySim3ToPoses, type Sim3 } from '../geometry/sim3.js';
import { ABSENCE, LANDMARKS } from '../parameters.js';
import type { PerceivedChunk } from '../perceived-chunk.js';
import { isAmong, type Landmark } from './landmark.js';

/** What a token sees, in the world. */
interface Ray {
  category: number;
  confidence: number;
  /** Where the camera stands, metres. */
  x: number;
  y: number;
  z: number;
  /** The way to the point that it sees: of length 1, and its length in metres. */
  dx: number;
  dy: number;
  dz: number;
  metres: number;
  /** The centre that it votes for. */
  centerX: number;
  centerZ: number;
}

/**
 * Landmarks, less of those that are looked through; what is seen where it is stays as it is. Where hardly any
 * is, the camera may stand elsewhere, and nothing is said.
 * @param sightings what fresh frames show
 * @param weightAgainst what speaks against landmarks, [L]
 */
export function weaken(
  landmarks: readonly Landmark[],
  sightings: readonly Landmark[],
  weightAgainst: (landmarks: readonly Landmark[]) => Float64Array,
): readonly Landmark[] {
  const missing = landmarks.filter((landmark) => !isAmong(landmark, sightings));
  if (missing.length === 0 || landmarks.length - missing.length < ABSENCE.minSeen) return landmarks;
  const against = weightAgainst(missing);
  const absent = new Set(missing.filter((_, index) => (against[index] ?? 0) >= ABSENCE.minWeight));
  return landmarks
    .map((landmark) => (absent.has(landmark) ? weakened(landmark) : landmark))
    .filter(({ weight }) => weight >= ABSENCE.goneBelow);
}

const weakened = (landmark: Landmark): Landmark => ({
  ...landmark,
  weight: ABSENCE.kept * landmark.weight,
  news: ABSENCE.kept * landmark.news,
});

/**
 * How much confidence speaks against each landmark, [L]: that of rays which go on behind its centre, or end
 * there on something else; 0 where those weigh more that see it there. No ray goes through the middle of a
 * thing.
 * @param frames the frames [first, end) of the chunk; still ones show no more than those before
 */
export function weightAgainst(
  chunk: PerceivedChunk,
  frames: { first: number; end: number },
  toWorld: Sim3,
  landmarks: readonly Landmark[],
): Float64Array {
  const rays = raysOf(chunk, frames, toWorld);
  return Float64Array.from(landmarks, (landmark) =>
    landmark.y === null ? 0 : against(rays, landmark, landmark.y),
  );
}

function against(rays: readonly Ray[], landmark: Landmark, height: number): number {
  let confidence = 0;
  let support = 0;
  for (const ray of rays) {
    const x = landmark.x - ray.x;
    const y = height - ray.y;
    const z = landmark.z - ray.z;
    const along = x * ray.dx + y * ray.dy + z * ray.dz;
    if (along < ABSENCE.nearest || along > ray.metres + ABSENCE.radius) continue;
    if (x * x + y * y + z * z - along * along > ABSENCE.radius * ABSENCE.radius) continue;
    if (seesIt(ray, landmark)) support += ray.confidence;
    else if (along < ray.metres - ABSENCE.behind || Math.abs(along - ray.metres) < ABSENCE.endsWithin)
      confidence += ray.confidence;
  }
  return confidence >= support ? confidence : 0;
}

const seesIt = ({ category, centerX, centerZ }: Ray, landmark: Landmark): boolean =>
  category === landmark.category &&
  (centerX - landmark.x) ** 2 + (centerZ - landmark.z) ** 2 < LANDMARKS.sameWithin ** 2;

function raysOf(chunk: PerceivedChunk, { first, end }: { first: number; end: number }, toWorld: Sim3): Ray[] {
  const tokens = chunk.confidence.length / chunk.frames;
  const points = applySim3(toWorld, rows(chunk.points, 3 * tokens, first, end));
  const centers = applySim3(toWorld, rows(chunk.centers, 3 * tokens, first, end));
  const cameras = applySim3ToPoses(toWorld, rows(chunk.cameraToChunk, 16, first, end));
  const rays: Ray[] = [];
  rows(chunk.confidence, tokens, first, end).forEach((confidence, row) => {
    const frame = Math.floor(row / tokens);
    if (chunk.still[first + frame] === 1) return;
    const x = cameras[16 * frame + 3] ?? NaN;
    const y = cameras[16 * frame + 7] ?? NaN;
    const z = cameras[16 * frame + 11] ?? NaN;
    const px = points[3 * row] ?? NaN;
    const py = points[3 * row + 1] ?? NaN;
    const pz = points[3 * row + 2] ?? NaN;
    const metres = Math.sqrt((px - x) ** 2 + (py - y) ** 2 + (pz - z) ** 2);
    // a point without a place says nothing
    if (!(confidence > 0 && metres > ABSENCE.nearest)) return;
    rays.push({
      category: chunk.category[tokens * first + row] ?? -1,
      ...{ confidence, x, y, z, metres },
      ...{ dx: (px - x) / metres, dy: (py - y) / metres, dz: (pz - z) / metres },
      ...{ centerX: centers[3 * row] ?? NaN, centerZ: centers[3 * row + 2] ?? NaN },
    });
  });
  return rays;
}
