import { z } from 'zod';
import { followingChunk, type ChunkOptions, type FollowedFrames, type SeenIn } from './follow.js';
import { floorBelow, levelled } from './floor.js';
import type { RelatedPictures } from './relations.js';
import type { Pose } from './triangulation.js';
import { apply, minus, multiply, times, transpose, type Mat3, type Vec3 } from './vectors.js';

/** By what an estimated path is told to be so many metres long. */
export const scaleFromSchema = z.enum(['height', 'usual height', 'depth']);
export type ScaleFrom = z.infer<typeof scaleFromSchema>;

/** How odometry's world lies in the memory's. */
export interface PathWorld {
  /** Into axes that are level, as far as the floor is known. */
  rotation: Mat3;
  /** Of the first frame, in odometry's world. */
  origin: Vec3;
  /** Metres of a unit. */
  scale: number;
  scaleFrom: ScaleFrom;
}

/** What a chunk leaves of the path. */
export interface PathBefore {
  followed: FollowedFrames;
  world: PathWorld;
}

/** What an estimate of a path depends on besides the pictures. */
export interface PathOptions extends ChunkOptions {
  /** Every so many pictures are a frame of the memory, the first is. */
  every: number;
  /** Of the camera above the floor; null: nobody knows. */
  heightM: number | null;
  /** The median of how deep the model sees, in metres. */
  depthM: number;
}

export interface EstimatedChunk {
  /** [F, 4, 4] camera-to-world of the memory's frames, metres, in the level world of the first frame. */
  poses: Float32Array;
  /** What the pictures show, in that world, and which pictures show it. */
  points: SeenPoint[];
  left: PathBefore;
}

/** A point of the world that some pictures of a chunk show. */
export interface SeenPoint {
  place: Vec3;
  views: SeenIn[];
}

/** Metres above the floor at which a person holds a camera. */
const USUAL_HEIGHT_M = 1.5;

/**
 * Where the cameras of a chunk stood, in metres: followingChunk, and a world that the first chunk determines.
 * A pure function; pauses as that does.
 */
export function* estimatingPath(
  before: PathBefore | null,
  { frames, relations }: RelatedPictures,
  options: PathOptions,
): Generator<undefined, EstimatedChunk> {
  const found = yield* followingChunk(before?.followed ?? null, frames, relations, options);
  const world = before?.world ?? worldOf(found.poses, found.points, options);
  const placed = found.poses.filter((_, picture) => picture % options.every === 0);
  return {
    poses: Float32Array.from(placed.flatMap((pose) => matrixOf(pose, world))),
    points: found.points.map((point, index) => ({
      place: placeOf(point, world),
      views: found.views[index] ?? [],
    })),
    left: { followed: found.handover, world },
  };
}

function worldOf(
  poses: readonly Pose[],
  points: readonly Vec3[],
  { heightM, depthM }: PathOptions,
): PathWorld {
  const [first] = poses;
  if (first === undefined) throw new RangeError('a chunk without pictures has no world');
  const { down, height } = floorBelow(poses, points);
  const world = { rotation: transpose(levelled(down, first)), origin: first.position };
  if (height === null) return { ...world, scale: depthM / medianDepth(poses, points), scaleFrom: 'depth' };
  return {
    ...world,
    scale: (heightM ?? USUAL_HEIGHT_M) / height,
    scaleFrom: heightM === null ? 'usual height' : 'height',
  };
}

/** Median of how far the points are from the middle one of the cameras; 1 where there are none. */
function medianDepth(poses: readonly Pose[], points: readonly Vec3[]): number {
  const middle = poses[Math.floor(poses.length / 2)];
  if (middle === undefined || points.length === 0) return 1;
  const away = points.map((point) => {
    const [x, y, z] = minus(point, middle.position);
    return Math.sqrt(x * x + y * y + z * z);
  });
  return away.sort((a, b) => a - b)[Math.floor(away.length / 2)] || 1;
}

const placeOf = (point: Vec3, { rotation, origin, scale }: PathWorld): Vec3 =>
  times(scale, apply(rotation, minus(point, origin)));

function matrixOf(pose: Pose, world: PathWorld): number[] {
  const turned = multiply(world.rotation, pose.rotation);
  const place = placeOf(pose.position, world);
  return [0, 1, 2]
    .flatMap((row) => [...turned.slice(3 * row, 3 * row + 3), place[row] ?? NaN])
    .concat([0, 0, 0, 1]);
}
