import { z } from 'zod';
import { followingChunk, type ChunkOptions, type FollowedFrames, type SeenIn } from './follow.js';
import { estimatingLens, longerLens, relatingThrough, type EstimatedLens } from './lens-estimate.js';
import { floorBelow, levelled, type Floor } from './floor.js';
import {
  closureIn,
  correctedViews,
  moved,
  movedPartly,
  turnedPartly,
  type Closure,
  type Similarity,
} from './loop-closure.js';
import type { Placed } from './reconstruction.js';
import type { MatchedPictures, RelatedPictures } from './relations.js';
import { thinned, viewsOf, type RememberedView } from './remembered-views.js';
import type { Pose } from './triangulation.js';
import {
  apply,
  minus,
  multiply,
  orthonormal,
  plus,
  times,
  transpose,
  type Mat3,
  type Vec3,
} from './vectors.js';

/** By what an estimated path is told to be so many metres long. */
export const scaleFromSchema = z.enum(['height', 'usual height', 'depth']);
export type ScaleFrom = z.infer<typeof scaleFromSchema>;

/** How odometry's world lies in the memory's. */
export interface PathWorld {
  /** Into axes that are level, as far as the floor is known. */
  rotation: Mat3;
  /** A place in odometry's world, and the same in the memory's. */
  origin: Vec3;
  place: Vec3;
  /** Metres of a unit. */
  scale: number;
  /** By which share of it that may be wrong, as a standard deviation. */
  scaleError: number;
  scaleFrom: ScaleFrom;
}

/** What a chunk leaves of the path. */
export interface PathBefore {
  followed: FollowedFrames;
  world: PathWorld;
  /** So many pictures come before the next chunk's first one. */
  pictures: number;
  /** By which places are known again. */
  views: RememberedView[];
  /** What is estimated of the lens; null where it was told. */
  lens: EstimatedLens | null;
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
  /** By picture, how its place was told. */
  how: Placed[];
  /** A place that is known again; null where none is. */
  closed: Closure | null;
  left: PathBefore;
}

/** A point of the world that some pictures of a chunk show. */
export interface SeenPoint {
  place: Vec3;
  views: SeenIn[];
}

/** Metres above the floor at which a person holds a camera. */
const USUAL_HEIGHT_M = 1.5;

/** Shares by which a floor's depth is told wrongly, and by which lengths drift from chunk to chunk. */
const FLOOR_ERROR = 0.07;
const DRIFT = 0.1;
/** Times its usual error by which a floor is none. */
const BEYOND = 3;

/**
 * Where the cameras of a chunk stood, in metres: followingChunk, and a world that the first chunk determines;
 * how long a metre is, each chunk says anew by its floor. Where a picture shows a place that is known again,
 * the chunk goes over to where that place is. A pure function; pauses as followingChunk does.
 */
export function* estimatingPath(
  before: PathBefore | null,
  { frames, relations }: RelatedPictures,
  options: PathOptions,
): Generator<undefined, EstimatedChunk> {
  const found = yield* followingChunk(before?.followed ?? null, frames, relations, options);
  const { lens, overlap, every } = options;
  const seenBy = found.views.map((views) => views.map(({ frame }) => frame));
  const floor = floorBelow(found.poses, found.points, seenBy);
  const open =
    before === null
      ? worldOf(found.poses, found.points, floor, options)
      : rescaled(before.world, found.poses[overlap >> 1], floor, options);
  const first = before?.pictures ?? 0;
  const placed = {
    poses: found.poses.map((pose) => posedIn(pose, open)),
    points: found.points.map((point) => placeOf(point, open)),
  };
  yield;
  const remembered = before?.views ?? [];
  const own = { lens, first, overlap };
  const closure = closureIn(
    remembered,
    viewsOf({ frames }, placed.poses, { ...found, points: placed.points }, own),
    lens,
  );
  const { poses, points } = closed(placed, seenBy, closure, own);
  const views = viewsOf({ frames }, poses, { ...found, points }, own);
  return {
    poses: Float32Array.from(poses.filter((_, picture) => picture % every === 0).flatMap(matrixOf)),
    points: points.map((place, index) => ({ place, views: found.views[index] ?? [] })),
    how: found.how,
    closed: closure,
    left: {
      followed: found.handover,
      world: closure === null ? open : worldThrough(open, closure.correction),
      pictures: first + frames.length - overlap,
      lens: before?.lens ?? null,
      views: thinned([...(closure === null ? remembered : correctedViews(remembered, closure)), ...views]),
    },
  };
}

/**
 * As estimatingPath, through a lens that nobody knows: the first chunk tells how long its focal length is.
 * @param options of a lens that is guessed
 */
export function* estimatingPathAndLens(
  before: PathBefore | null,
  pictures: MatchedPictures,
  options: PathOptions,
): Generator<undefined, EstimatedChunk> {
  const lens = before?.lens ?? (yield* estimatingLens(pictures, options.lens));
  const through = longerLens(options.lens, lens.longer);
  const related = yield* relatingThrough(pictures, through);
  const found = yield* estimatingPath(before, related, { ...options, lens: through });
  return { ...found, left: { ...found.left, lens } };
}

/**
 * By which share the metres of a path may be wrong, as a standard deviation. Heights are seen across the view
 * and ways along it: a lens that is wrong makes one longer beside the other.
 */
export function scaleErrorOf({ world, lens }: PathBefore): number {
  const byLens = lens?.error ?? 0;
  return byLens === 0 ? world.scaleError : Math.sqrt(world.scaleError ** 2 + byLens ** 2);
}

/**
 * A chunk that goes over to where a place is that is known again: its pictures take the more of the
 * correction, the nearer they are to the one that shows it, and all of it after.
 */
function closed(
  { poses, points }: { poses: Pose[]; points: Vec3[] },
  seenBy: readonly (readonly number[])[],
  closure: Closure | null,
  { first, overlap }: { first: number; overlap: number },
): { poses: Pose[]; points: Vec3[] } {
  if (closure === null) return { poses, points };
  const { correction, picture } = closure;
  const shareOf = (frame: number): number =>
    Math.max(0, Math.min(1, (frame - overlap) / Math.max(1, picture - first - overlap)));
  return {
    poses: poses.map((pose, frame) => turnedPartly(pose, correction, shareOf(frame))),
    points: points.map((point, index) => {
      const shares = (seenBy[index] ?? []).map(shareOf);
      const share = shares.reduce((sum, each) => sum + each, 0) / Math.max(1, shares.length);
      return movedPartly(point, correction, share);
    }),
  };
}

const worldThrough = (world: PathWorld, by: Similarity): PathWorld => ({
  ...world,
  rotation: orthonormal(multiply(by.rotation, world.rotation)),
  place: moved(world.place, by),
  scale: world.scale * by.scale,
});

function worldOf(
  poses: readonly Pose[],
  points: readonly Vec3[],
  { down, height }: Floor,
  { heightM, depthM }: PathOptions,
): PathWorld {
  const [first] = poses;
  if (first === undefined) throw new RangeError('a chunk without pictures has no world');
  const rotation = transpose(levelled(down, first));
  const world: Omit<PathWorld, 'scale' | 'scaleFrom'> = {
    ...{ rotation, origin: first.position, place: [0, 0, 0] },
    scaleError: FLOOR_ERROR,
  };
  if (height === null) return { ...world, scale: depthM / medianDepth(poses, points), scaleFrom: 'depth' };
  return {
    ...world,
    scale: (heightM ?? USUAL_HEIGHT_M) / height,
    scaleFrom: heightM === null ? 'usual height' : 'height',
  };
}

/**
 * The world as a later chunk's floor scales it (a Kalman filter of one number). What odometry takes for the
 * same length drifts from chunk to chunk; the way goes on from where it was.
 * @param pivot a camera that the chunk before placed too
 */
function rescaled(
  world: PathWorld,
  pivot: Pose | undefined,
  { height }: Floor,
  { heightM }: PathOptions,
): PathWorld {
  // metres of a map without a floor mean nothing, and are left alone
  if (world.scaleFrom === 'depth' || pivot === undefined) return world;
  const drifted = world.scaleError ** 2 + DRIFT ** 2;
  const ratio = height === null ? Infinity : (heightM ?? USUAL_HEIGHT_M) / height / world.scale;
  const uncertain = drifted + FLOOR_ERROR ** 2;
  // another layer than the floor: a table, or what lies below a window
  if (Math.max(ratio, 1 / ratio) > 1 + BEYOND * Math.sqrt(uncertain))
    return { ...world, scaleError: Math.sqrt(drifted) };
  const gain = drifted / uncertain;
  return {
    ...world,
    ...{ origin: pivot.position, place: placeOf(pivot.position, world) },
    scale: world.scale * (1 + gain * (ratio - 1)),
    scaleError: Math.sqrt((1 - gain) * drifted),
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

const placeOf = (point: Vec3, { rotation, origin, place, scale }: PathWorld): Vec3 =>
  plus(place, times(scale, apply(rotation, minus(point, origin))));

const posedIn = ({ rotation, position }: Pose, world: PathWorld): Pose => ({
  rotation: multiply(world.rotation, rotation),
  position: placeOf(position, world),
});

const matrixOf = ({ rotation, position }: Pose): number[] =>
  [0, 1, 2]
    .flatMap((row) => [...rotation.slice(3 * row, 3 * row + 3), position[row] ?? NaN])
    .concat([0, 0, 0, 1]);
