import type { RigidTransform2D } from './geometry/rigid-transform-2d.js';
import type { Sim3 } from './geometry/sim3.js';
import type { ChunkOverlap } from './overlap.js';
import type { LocalizerOptions } from './perceived-chunk.js';
import type { Join } from './places.js';
import type { Segment } from './segments.js';
import type { LocalizerState } from './state.js';
import type { TrackedWorld } from './tracking.js';

/** A segment in the world. */
export interface PlacedSegment extends Segment {
  readonly toWorld: Sim3;
  /** Whether nobody knows yet where it is. */
  readonly lost: boolean;
  /** The place that it is in; null where nobody knows. */
  readonly place: number | null;
  /** Its frames that show what was seen before, to the picture. */
  readonly replayed: ReadonlySet<number>;
}

/** The segments of a chunk that are placed so far, and what is known after them. */
export interface Placement {
  readonly segments: readonly PlacedSegment[];
  readonly world: TrackedWorld;
  /**
   * How pending frames of earlier chunks move to where they belong; null while they stay pending, and without
   * any.
   */
  readonly release: RigidTransform2D | null;
  /** Places that turned out to be one meanwhile, one after another. */
  readonly joins: readonly Join[];
}

/** What placing a chunk's segments depends on besides the chunk. */
export interface Surroundings {
  readonly world: TrackedWorld & Pick<LocalizerState, 'views' | 'pictures'>;
  readonly overlap: ChunkOverlap | null;
  readonly options: LocalizerOptions;
  /** [F] what the pictures of the chunk are known again by: hashPictures */
  readonly hashes: Int32Array;
}
