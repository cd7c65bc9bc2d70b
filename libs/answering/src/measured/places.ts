import type { TraceItem } from '@loci/contracts';
import type { Measuring } from './measure.js';
import { surestOf, type FloorPoint, type Landmark } from './world.js';

/**
 * Where things stand: where localization knows the surest one of a category, which saw every frame, and else
 * where the answer graph told it.
 */
export class Places {
  private constructor(
    private readonly landmarks: readonly Landmark[],
    private readonly told: readonly TraceItem[],
  ) {}

  static async of({ world, told }: Measuring): Promise<Places> {
    return new Places((await world.landmarks()) ?? [], told.supported ? told.trace : []);
  }

  /** Null where nobody tells. */
  of(category: string): FloorPoint | null {
    const surest = surestOf(category, this.landmarks);
    if (surest !== undefined) return surest;
    const item = this.told.find((each) => each.category === category);
    return item === undefined ? null : placeIn(item);
  }
}

export const placeIn = ({ position }: TraceItem): FloorPoint | null =>
  position === undefined ? null : { x: position[0], z: position[2] };

/** Nothing is nearer than this, in metres: a ratio of distances is a number then. */
export const NEAREST_M = 0.05;

/** Metres between two places. */
export const between = (from: FloorPoint, to: FloorPoint): number => Math.hypot(to.x - from.x, to.z - from.z);
