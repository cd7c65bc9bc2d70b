import { firstGlimpseS, landmarkCertainty, type LandmarkManifest } from '@loci/answering';
import { GLIMPSE_COLUMNS, LANDMARK_COLUMNS, type MapObject, type Vec3 } from '@loci/contracts';
import type { ChunkMap } from './chunk-map.js';
import { round } from './rounding.js';

/** A point belongs to the nearest landmark of its category that is so near on the floor; metres. */
const REACH_M = 1.5;
/** Points of one thing that are kept; of more only every second, fourth, eighth … */
const MAX_KEPT = 1_000;
/** Fewer do not show how large a thing is. */
const MIN_FOR_SIZE = 8;
/** This share of the points at each end is taken for strays. */
const STRAYS = 0.05;

/** A landmark, with what the points around it say: its height and its extent. */
interface Thing {
  category: number;
  x: number;
  z: number;
  certainty: number;
  kept: Vec3[];
  count: number;
  step: number;
  firstSeenS: number | null;
}

/** The things of a space, one a landmark. */
export class MapObjects {
  private readonly things: Thing[];

  /** @param known as the last chunk has it: see ChunkMap */
  constructor({ landmarks, glimpses }: Pick<ChunkMap, 'landmarks' | 'glimpses'>, fps: number) {
    const seen = rowsOf(glimpses, GLIMPSE_COLUMNS).map(([category = -1, x = NaN, z = NaN, frame = 0]) => {
      return { category, x, z, seconds: frame / fps };
    });
    this.things = rowsOf(landmarks, LANDMARK_COLUMNS).map(([category = 0, x = 0, z = 0, certainty = 0]) => {
      const firstSeenS = firstGlimpseS({ category, x, z }, seen);
      return { category, x, z, certainty, kept: [], count: 0, step: 1, firstSeenS };
    });
  }

  /** Takes in the points of a chunk. Chunks may come in any order. */
  see({ points, category }: ChunkMap): void {
    category.forEach((index, at) => {
      const point: Vec3 = [points[3 * at] ?? NaN, points[3 * at + 1] ?? NaN, points[3 * at + 2] ?? NaN];
      const thing = this.nearest(index, point);
      if (thing !== null) keep(thing, point);
    });
  }

  private nearest(category: number, [x, , z]: Vec3): Thing | null {
    let nearest: Thing | null = null;
    let reach = REACH_M;
    for (const thing of this.things) {
      if (thing.category !== category) continue;
      const metres = Math.hypot(thing.x - x, thing.z - z);
      if (metres < reach) [nearest, reach] = [thing, metres];
    }
    return nearest;
  }

  /**
   * The things in the HTTP contract's shape, the surest first. One without a point is left out: nothing shows
   * how high it stands.
   */
  list({ categories, calibration, startS }: LandmarkManifest & { startS: number }): MapObject[] {
    return this.things
      .flatMap((thing): Omit<MapObject, 'id'>[] => {
        const category = categories[thing.category];
        if (category === undefined || thing.kept.length === 0) return [];
        const [width, height, depth] = ([0, 1, 2] as const).map((axis) => rangeOf(thing.kept, axis));
        if (width === undefined || height === undefined || depth === undefined) return [];
        const size = [width, height, depth].map(({ from, to }) => round(to - from)) as Vec3;
        return [
          {
            category,
            position: [round(thing.x), round((height.from + height.to) / 2), round(thing.z)],
            size: thing.kept.length < MIN_FOR_SIZE ? null : size,
            confidence: round(landmarkCertainty(thing.certainty, category, calibration)),
            first_seen_s: thing.firstSeenS === null ? null : round(startS + thing.firstSeenS),
          },
        ];
      })
      .sort((a, b) => b.confidence - a.confidence)
      .map((object, index) => ({ id: `object-${index + 1}`, ...object }));
  }
}

/** The rows of a tensor; none of null. */
const rowsOf = (tensor: Float32Array | null, width: number): number[][] =>
  Array.from({ length: (tensor?.length ?? 0) / width }, (_, row) => [
    ...(tensor ?? []).slice(row * width, (row + 1) * width),
  ]);

function keep(thing: Thing, point: Vec3): void {
  if (thing.count++ % thing.step !== 0) return;
  thing.kept.push(point);
  if (thing.kept.length < MAX_KEPT) return;
  thing.step *= 2;
  thing.kept = thing.kept.filter((_, index) => index % 2 === 0);
}

/** Where points begin and end along an axis, without strays. */
function rangeOf(points: readonly Vec3[], axis: 0 | 1 | 2): { from: number; to: number } {
  const sorted = points.map((point) => point[axis]).sort((a, b) => a - b);
  const cut = Math.floor(STRAYS * sorted.length);
  return { from: sorted[cut] ?? 0, to: sorted[sorted.length - 1 - cut] ?? 0 };
}
