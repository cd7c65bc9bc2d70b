import { rows } from '@loci/tensors';
import { applySim3, applySim3ToPoses, type Sim3 } from '../geometry/sim3.js';
import { ABSENCE, LANDMARKS } from '../parameters.js';
import type { PerceivedChunk } from '../perceived-chunk.js';
import { isAmong, type Landmark } from './landmark.js';

/** How much speaks against a landmark, in sums of confidence. */
export interface Contradiction {
  /** Of all frames: the landmark may lie elsewhere, or be gone. */
  readonly weight: number;
  /** Of those that showed something new: what is seen again proves nothing, also against a landmark. */
  readonly news: number;
}

export const NO_CONTRADICTION: Contradiction = { weight: 0, news: 0 };

/** What a token sees, in the world. */
interface Ray {
  /** Whether its frame shows something new. */
  isNew: boolean;
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
 * @param contradictions what speaks against landmarks, [L]
 */
export function weaken(
  landmarks: readonly Landmark[],
  sightings: readonly Landmark[],
  contradictions: (landmarks: readonly Landmark[]) => readonly Contradiction[],
): readonly Landmark[] {
  const missing = landmarks.filter((landmark) => !isAmong(landmark, sightings));
  if (missing.length === 0 || landmarks.length - missing.length < ABSENCE.minSeen) return landmarks;
  const found = contradictions(missing);
  const against = new Map(missing.map((landmark, index) => [landmark, found[index]]));
  return landmarks
    .map((landmark) => weakened(landmark, against.get(landmark) ?? NO_CONTRADICTION))
    .filter(({ weight }) => weight >= ABSENCE.goneBelow);
}

function weakened(landmark: Landmark, { weight, news }: Contradiction): Landmark {
  const kept = (against: number): number => (against >= ABSENCE.minWeight ? ABSENCE.kept : 1);
  return { ...landmark, weight: kept(weight) * landmark.weight, news: kept(news) * landmark.news };
}

/**
 * How much confidence speaks against each landmark, [L]: that of rays which go on behind its centre, or end
 * there on something else; 0 where those weigh more that see it there. No ray goes through the middle of a
 * thing.
 * @param frames the frames [first, end) of the chunk, and which of them show something new; still ones show
 *   no more than those before
 */
export function contradictionsOf(
  chunk: PerceivedChunk,
  frames: LookedAt,
  toWorld: Sim3,
  landmarks: readonly Landmark[],
): Contradiction[] {
  const rays = raysOf(chunk, frames, toWorld);
  const newRays = rays.filter(({ isNew }) => isNew);
  return landmarks.map((landmark) => {
    const { y } = landmark;
    if (y === null) return NO_CONTRADICTION;
    const weight = weightAgainst(rays, landmark, y);
    // on a walk through what is new they are the same rays
    return { weight, news: newRays.length === rays.length ? weight : weightAgainst(newRays, landmark, y) };
  });
}

/** Frames [first, end) of a chunk, and which of the chunk's frames show something new. */
interface LookedAt {
  first: number;
  end: number;
  showsNew: (frame: number) => boolean;
}

function weightAgainst(rays: readonly Ray[], landmark: Landmark, height: number): number {
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

function raysOf(chunk: PerceivedChunk, { first, end, showsNew }: LookedAt, toWorld: Sim3): Ray[] {
  const tokens = chunk.confidence.length / chunk.frames;
  const points = applySim3(toWorld, rows(chunk.points, 3 * tokens, first, end));
  const centers = applySim3(toWorld, rows(chunk.centers, 3 * tokens, first, end));
  const cameras = applySim3ToPoses(toWorld, rows(chunk.cameraToChunk, 16, first, end));
  const isNew = Array.from({ length: end - first }, (_, frame) => showsNew(first + frame));
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
      isNew: isNew[frame] ?? false,
      category: chunk.category[tokens * first + row] ?? -1,
      ...{ confidence, x, y, z, metres },
      ...{ dx: (px - x) / metres, dy: (py - y) / metres, dz: (pz - z) / metres },
      ...{ centerX: centers[3 * row] ?? NaN, centerZ: centers[3 * row + 2] ?? NaN },
    });
  });
  return rays;
}
