/** A thing of the world that eyes saw: a category and a box that stands on level axes, world metres. */
export interface Thing {
  category: string;
  /** How likely its places are that category, 0 to 1. */
  likelihood: number;
  /** Its nearest and farthest corner, x, y and z; y is down. */
  from: readonly [number, number, number];
  to: readonly [number, number, number];
  /** The first frame that showed it. */
  firstFrame: number;
}

export const middleOf = ({ from, to }: Thing): { x: number; z: number } => ({
  x: (from[0] + to[0]) / 2,
  z: (from[2] + to[2]) / 2,
});

/** Metres a side, the longest first. */
export const sidesOf = ({ from, to }: Thing): number[] =>
  from.map((low, axis) => (to[axis] ?? low) - low).toSorted((one, other) => other - one);

/** Metres between the closest points of two boxes; 0 where they touch. A point is a box without sides. */
export function apartFrom(one: Box, other: Box): number {
  const gaps = one.from.map((low, axis) =>
    Math.max(0, (other.from[axis] ?? 0) - (one.to[axis] ?? 0), low - (other.to[axis] ?? 0)),
  );
  return Math.hypot(...gaps);
}

export type Box = Pick<Thing, 'from' | 'to'>;
