import type { SpaceMap, Vec3 } from '@loci/contracts';

/** A box along the axes of the world; a point is one without extent. Metres. */
export interface Box {
  position: Vec3;
  size: Vec3;
}

export interface Ray {
  origin: Vec3;
  /** Of length 1. */
  direction: Vec3;
}

export interface Pose {
  position: Vec3;
  forward: Vec3;
}

const AXES = [0, 1, 2] as const;
const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const length = (a: Vec3): number => Math.sqrt(dot(a, a));
export const distance = (a: Vec3, b: Vec3): number => length(minus(a, b));
const mix = (a: Vec3, b: Vec3, share: number): Vec3 => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** Where the camera was at a second: between the two frames around it. Null without any. */
export function poseAt(trajectory: SpaceMap['trajectory'], seconds: number): Pose | null {
  const next = trajectory.findIndex(({ t_s }) => t_s >= seconds);
  const after = trajectory[next] ?? trajectory.at(-1);
  const before = next > 0 ? trajectory[next - 1] : after;
  if (after === undefined || before === undefined) return null;
  const span = after.t_s - before.t_s;
  const share = span <= 0 ? 1 : Math.min(1, (seconds - before.t_s) / span);
  const forward = mix(before.forward, after.forward, share);
  // two frames that look opposite ways have no way between them
  const long = length(forward);
  return {
    position: mix(before.position, after.position, share),
    forward: long < 1e-6 ? after.forward : [forward[0] / long, forward[1] / long, forward[2] / long],
  };
}

/** The shortest line between two boxes, and its length. Boxes that meet are 0 apart. */
export function gapBetween(a: Box, b: Box): { from: Vec3; to: Vec3; metres: number } {
  const from: Vec3 = [0, 0, 0];
  const to: Vec3 = [0, 0, 0];
  for (const axis of AXES) {
    const [lowA, highA] = side(a, axis);
    const [lowB, highB] = side(b, axis);
    if (highA < lowB) [from[axis], to[axis]] = [highA, lowB];
    else if (highB < lowA) [from[axis], to[axis]] = [lowA, highB];
    else from[axis] = to[axis] = (Math.max(lowA, lowB) + Math.min(highA, highB)) / 2;
  }
  return { from, to, metres: length(minus(to, from)) };
}

const side = ({ position, size }: Box, axis: 0 | 1 | 2): [number, number] => [
  position[axis] - size[axis] / 2,
  position[axis] + size[axis] / 2,
];

/** How far along a ray a box begins; null where the ray misses it. 0 from inside. */
export function hitDistance({ origin, direction }: Ray, box: Box): number | null {
  let [enter, leave] = [0, Infinity];
  for (const axis of AXES) {
    const [low, high] = side(box, axis);
    if (direction[axis] === 0) {
      if (origin[axis] < low || origin[axis] > high) return null;
      continue;
    }
    const ends = [(low - origin[axis]) / direction[axis], (high - origin[axis]) / direction[axis]] as const;
    enter = Math.max(enter, Math.min(...ends));
    leave = Math.min(leave, Math.max(...ends));
  }
  return enter <= leave ? enter : null;
}

/**
 * The point that a ray means: the nearest of those that lie within `tolerance` of it.
 * @param tolerance metres from the ray
 * @returns its index; -1 where there is none
 */
export function pickPoint(points: readonly Vec3[], { origin, direction }: Ray, tolerance: number): number {
  let [found, nearest] = [-1, Infinity];
  for (const [index, point] of points.entries()) {
    const offset = minus(point, origin);
    const along = dot(offset, direction);
    if (along <= 0 || along >= nearest) continue;
    const aside = Math.sqrt(Math.max(0, dot(offset, offset) - along * along));
    if (aside <= tolerance) [found, nearest] = [index, along];
  }
  return found;
}

/** Share of the points that may lie below what is taken for the floor. */
const BELOW = 0.02;

/** How high the floor lies, along `up`. 0 without points. */
export function floorHeight({ points, up }: Pick<SpaceMap, 'points' | 'up'>): number {
  const floor = points.filter(({ category }) => category === 'floor');
  const heights = (floor.length > 0 ? floor : points).map(({ position }) => dot(position, up));
  heights.sort((a, b) => a - b);
  return heights[Math.floor(heights.length * (floor.length > 0 ? 0.5 : BELOW))] ?? 0;
}

/** The box around most points, the strays left out. */
export function extentOf(points: readonly Vec3[]): Box {
  if (points.length === 0) return { position: [0, 0, 0], size: [4, 3, 4] };
  const [x, y, z] = AXES.map((axis) => spread(points.map((point) => point[axis])));
  const middle = (pair: [number, number] | undefined) => ((pair?.[0] ?? 0) + (pair?.[1] ?? 0)) / 2;
  const size = (pair: [number, number] | undefined) => (pair?.[1] ?? 0) - (pair?.[0] ?? 0);
  return { position: [middle(x), middle(y), middle(z)], size: [size(x), size(y), size(z)] };
}

function spread(values: number[]): [number, number] {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.floor((values.length - 1) * share)] ?? 0;
  return [at(0.01), at(0.99)];
}
