import type { MapObject, Vec3 } from '@loci/contracts';
import { LANDMARK_COLUMNS } from '@loci/contracts';
import type { ChunkMap } from './chunk-map.js';
import { round } from './rounding.js';

/** A point belongs to the nearest landmark of its category that is so near on the floor; metres. */
const REACH_M = 1.5;
/** Points of one thing that are kept; of more only every second, fourth, eighth … */
const MAX_KEPT = 1_000;
/** Fewer do not show how large a thing is. */
const MIN_FOR_SIZE = 8;
/** A thing is seen once a frame shows so many points of it. */
const MIN_SEEN = 2;
/** This share of the points at each end is taken for strays. */
const STRAYS = 0.05;

/** A landmark, with what the points around it say: its height, its extent, and when it is first seen. */
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

  /** @param landmarks as the last chunk has them: see ChunkMap */
  constructor(landmarks: Float32Array) {
    this.things = Array.from({ length: landmarks.length / LANDMARK_COLUMNS }, (_, row) => {
      const [category = 0, x = 0, z = 0, certainty = 0] = landmarks.subarray(row * LANDMARK_COLUMNS);
      return { category, x, z, certainty, kept: [], count: 0, step: 1, firstSeenS: null };
    });
  }

  /** Takes in the points of a chunk. Chunks may come in any order. */
  see({ points, category, frame, times }: ChunkMap): void {
    const seen = new Map<Thing, Map<number, number>>();
    category.forEach((index, at) => {
      const point: Vec3 = [points[3 * at] ?? NaN, points[3 * at + 1] ?? NaN, points[3 * at + 2] ?? NaN];
      const thing = this.nearest(index, point);
      if (thing === null) return;
      keep(thing, point);
      // without frames it is known to be the chunk alone
      const row = frame?.[at] ?? 0;
      const counts = seen.get(thing) ?? new Map<number, number>();
      seen.set(thing, counts.set(row, (counts.get(row) ?? 0) + 1));
    });
    for (const [thing, counts] of seen)
      for (const [row, count] of counts)
        if (count >= MIN_SEEN) thing.firstSeenS = Math.min(thing.firstSeenS ?? Infinity, times[row] ?? 0);
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
  list({ categories, startS }: { categories: readonly string[]; startS: number }): MapObject[] {
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
            confidence: round(thing.certainty),
            first_seen_s: thing.firstSeenS === null ? null : round(startS + thing.firstSeenS),
          },
        ];
      })
      .sort((a, b) => b.confidence - a.confidence)
      .map((object, index) => ({ id: `object-${index + 1}`, ...object }));
  }
}

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
