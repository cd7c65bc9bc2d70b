import { followingChunk, type ChunkOptions, type FollowedFrames, type SeenIn } from './follow.js';
import { estimatingLens, longerLens, relatingThrough, type EstimatedLens } from './lens-estimate.js';
import {
  closureIn,
  correctedViews,
  moved,
  movedPartly,
  turnedPartly,
  type Closure,
  type Similarity,
} from './loop-closure.js';
import { placedInMetres, type MetreOptions, type PathWorld } from './path-world.js';
import type { Placed } from './reconstruction.js';
import type { MatchedPictures, RelatedPictures } from './relations.js';
import { thinned, viewsOf, type RememberedView } from './remembered-views.js';
import type { Pose } from './triangulation.js';
import { multiply, orthonormal, type Vec3 } from './vectors.js';

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
export interface PathOptions extends ChunkOptions, MetreOptions {
  /** Every so many pictures are a frame of the memory, the first is. */
  every: number;
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
  const first = before?.pictures ?? 0;
  const placed = placedInMetres(before, found, options);
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
      world: closure === null ? placed.world : worldThrough(placed.world, closure.correction),
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
 * By which share the metres of a path may be wrong so far, as a standard deviation. Heights are seen across
 * the view and ways along it: a lens that is wrong makes one longer beside the other.
 */
export function scaleErrorOf({ world, lens }: PathBefore): number {
  const byLens = lens?.error ?? 0;
  return byLens === 0 ? world.overallError : Math.sqrt(world.overallError ** 2 + byLens ** 2);
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

const matrixOf = ({ rotation, position }: Pose): number[] =>
  [0, 1, 2]
    .flatMap((row) => [...rotation.slice(3 * row, 3 * row + 3), position[row] ?? NaN])
    .concat([0, 0, 0, 1]);
