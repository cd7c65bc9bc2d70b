import type { UsualLength } from '@loci/contracts';
import { middleOf, type Thing } from './thing.js';
import { called } from './names.js';
import type { Landmark, OccupiedCell, World } from '../measured/world.js';

/** What eyes saw of the world, and where the camera was in it. */
export interface SeenWorld {
  things: readonly Thing[];
  /** By category, how long its things usually are. */
  usual: ReadonlyMap<string, UsualLength>;
  /** Over which squares of the floor places were looked at. */
  occupancy: readonly OccupiedCell[];
  poseAt: World['poseAt'];
  /** Frames a second. */
  fps: number;
  /** Whether a metre is known. */
  hasMetres: boolean;
}

/** A place that is this likely to be a category is a thing of it as surely as not. */
const EVEN = 0.04;

export const certaintyOf = ({ likelihood }: Thing): number => likelihood / (likelihood + EVEN);

/** The world as measures take it: of the things with these names. */
export const asWorld = ({ things, occupancy, poseAt, fps }: SeenWorld, names: readonly string[]): World => ({
  poseAt,
  occupancy: () => Promise.resolve(occupancy),
  landmarks: () =>
    Promise.resolve(
      names.flatMap((name) =>
        called(name, things).map((thing): Landmark => ({
          category: name,
          ...middleOf(thing),
          certainty: certaintyOf(thing),
        })),
      ),
    ),
  glimpses: () =>
    Promise.resolve(
      names.flatMap((name) =>
        // the surest is meant
        called(name, things)
          .slice(0, 1)
          .map((thing) => ({ category: name, ...middleOf(thing), seconds: thing.firstFrame / fps })),
      ),
    ),
});
