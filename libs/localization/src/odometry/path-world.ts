import { z } from 'zod';
import { depthsBelow, downOf, layerIn, levelled, type Layer } from './floor.js';
import type { FollowedChunk } from './follow.js';
import { scaleAlong, type Stretch } from './scale-along.js';
import { sharedWithNext } from './steps.js';
import type { Pose } from './triangulation.js';
import { apply, length, minus, multiply, plus, times, transpose, type Mat3, type Vec3 } from './vectors.js';

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
  /** By which share of it that may be wrong, as a standard deviation: for now, and of all so far. */
  scaleError: number;
  overallError: number;
  scaleFrom: ScaleFrom;
}

/** What tells metres besides the pictures. */
export interface MetreOptions {
  /** How many pictures two chunks share. */
  overlap: number;
  /** Of the camera above the floor; null: nobody knows. */
  heightM: number | null;
  /** The median of how deep the model sees, in metres. */
  depthM: number;
}

/** A chunk in metres. */
export interface PlacedChunk {
  poses: Pose[];
  points: Vec3[];
  /** As it is for the next chunk. */
  world: PathWorld;
}

/** Metres above the floor at which a person holds a camera. */
const USUAL_HEIGHT_M = 1.5;

/** By which share a floor's height is told wrongly, wherever it is seen. */
const FLOOR_ERROR = 0.07;

/** Pictures of a stretch, whose scale is told by what is seen from so many more before and after it. */
const STRETCH = 6;

/**
 * A chunk in metres, level, and where the one before left off. The first one determines axes and scale; how
 * long a unit is later, the floor says, stretch by stretch.
 */
export function placedInMetres(
  before: { world: PathWorld; pictures: number } | null,
  found: FollowedChunk,
  options: MetreOptions,
): PlacedChunk {
  const { poses, points } = found;
  const [first, pivot] = [poses[0], poses[before === null ? 0 : options.overlap >> 1]];
  if (first === undefined || pivot === undefined)
    throw new RangeError('a chunk without pictures has no world');
  const seenBy = found.views.map((views) => views.map(({ frame }) => frame));
  const down = downOf(poses);
  const stretches = stretchesOf(found, seenBy, down);
  const world = before?.world ?? firstWorld(found, levelled(down, first), stretches, options);
  // metres of a map without a floor mean nothing, and are left alone
  const { scales, errors } =
    world.scaleFrom === 'depth'
      ? { scales: poses.map(() => world.scale), errors: poses.map(() => FLOOR_ERROR) }
      : scalesOf(stretches, poses.length, options.heightM ?? USUAL_HEIGHT_M, world);
  const places = placesAlong(poses, scales, world, pivot);
  const next = Math.max(0, poses.length - options.overlap + (options.overlap >> 1));
  const last = Math.min(next, poses.length - 1);
  return {
    poses: poses.map(({ rotation }, picture) => ({
      rotation: multiply(world.rotation, rotation),
      position: places[picture] ?? [NaN, NaN, NaN],
    })),
    points: points.map((point, index) => {
      const seen = (seenBy[index] ?? []).flatMap((picture) => {
        const [pose, place, scale] = [poses[picture], places[picture], scales[picture]];
        if (pose === undefined || place === undefined || scale === undefined) return [];
        return [plus(place, times(scale, apply(world.rotation, minus(point, pose.position))))];
      });
      if (seen.length === 0) return placeOf(point, world);
      return times(
        1 / seen.length,
        seen.reduce((sum, each) => plus(sum, each), [0, 0, 0]),
      );
    }),
    world: {
      ...(scales.every((scale) => scale === world.scale)
        ? world
        : {
            ...world,
            ...{ origin: poses[last]?.position ?? world.origin, place: places[last] ?? world.place },
            scale: scales[last] ?? world.scale,
          }),
      scaleError: errors.at(-1) ?? FLOOR_ERROR,
      overallError: overall(before, options.overlap, errors),
    },
  };
}

/** The root of the mean square of errors, by picture, and of those before. */
function overall(
  before: { world: PathWorld; pictures: number } | null,
  overlap: number,
  errors: readonly number[],
): number {
  const count = before === null ? 0 : before.pictures + overlap;
  const fresh = before === null ? errors : errors.slice(overlap);
  const earlier = count * (before?.world.overallError ?? 0) ** 2;
  const sum = fresh.reduce((total, each) => total + each * each, earlier);
  return Math.sqrt(sum / Math.max(1, count + fresh.length));
}

/** The world of a first chunk, whose scale is that of the floor that stands out most. */
function firstWorld(
  { poses, points }: FollowedChunk,
  axes: Mat3,
  stretches: readonly Stretch[],
  { heightM, depthM }: MetreOptions,
): PathWorld {
  const floor = stretches.reduce<Layer | null>((best, { depths }) => {
    const layer = layerIn(depths);
    return layer !== null && layer.contrast > (best?.contrast ?? 0) ? layer : best;
  }, null);
  return {
    rotation: transpose(axes),
    ...{ origin: poses[0]?.position ?? [0, 0, 0], place: [0, 0, 0] },
    scale: floor === null ? depthM / medianDepth(poses, points) : (heightM ?? USUAL_HEIGHT_M) / floor.height,
    ...{ scaleError: Infinity, overallError: 0 },
    scaleFrom: floor === null ? 'depth' : heightM === null ? 'usual height' : 'height',
  };
}

/** A chunk's pictures in parts, with what is seen below them. */
function stretchesOf(
  { poses, points, views }: FollowedChunk,
  seenBy: readonly (readonly number[])[],
  down: Vec3,
): Stretch[] {
  const shared = sharedWithNext(points, views);
  return Array.from({ length: Math.ceil(poses.length / STRETCH) }, (_, index) => {
    const [from, to] = [index * STRETCH, Math.min(poses.length - 1, (index + 1) * STRETCH)];
    const isNear = (picture: number): boolean => picture >= from - STRETCH && picture < to + STRETCH;
    const seen = seenBy.map((pictures) => pictures.filter(isNear));
    return {
      depths: depthsBelow(down, poses, points, seen),
      shared: Math.min(...poses.slice(from, to).map((_, i) => shared.get(from + i) ?? 0)),
    };
  });
}

/** By picture, how many metres a unit is, and by which share that may be wrong. */
function scalesOf(
  stretches: readonly Stretch[],
  pictures: number,
  heightM: number,
  { scale, scaleError }: PathWorld,
): { scales: number[]; errors: number[] } {
  const { scales, errors } = scaleAlong(stretches, heightM, { scale, error: scaleError });
  const along = (values: readonly number[]): number[] =>
    Array.from({ length: pictures }, (_, picture) => between(values, (picture + 0.5) / STRETCH - 0.5));
  return {
    scales: along(scales),
    errors: along(errors).map((error) => Math.sqrt(error * error + FLOOR_ERROR * FLOOR_ERROR)),
  };
}

/** A value between two of a row. */
function between(values: readonly number[], at: number): number {
  const within = Math.max(0, Math.min(values.length - 1, at));
  const from = Math.floor(within);
  const [one = NaN, other = one] = [values[from], values[from + 1]];
  return one + (within - from) * (other - one);
}

/** Where cameras stand whose steps are in units of such lengths, and of which one stays where it is. */
function placesAlong(
  poses: readonly Pose[],
  scales: readonly number[],
  world: PathWorld,
  pivot: Pose,
): Vec3[] {
  const places: Vec3[] = [];
  poses.forEach(({ position }, picture) => {
    const [last, place] = [poses[picture - 1], places[picture - 1]];
    const scale = ((scales[picture] ?? NaN) + (scales[picture - 1] ?? NaN)) / 2;
    places.push(
      last === undefined || place === undefined
        ? [0, 0, 0]
        : plus(place, times(scale, apply(world.rotation, minus(position, last.position)))),
    );
  });
  const there = placeOf(pivot.position, world);
  const shift = minus(there, places[poses.indexOf(pivot)] ?? there);
  return places.map((place) => plus(place, shift));
}

/** Median of how far the points are from the middle one of the cameras; 1 where there are none. */
function medianDepth(poses: readonly Pose[], points: readonly Vec3[]): number {
  const middle = poses[Math.floor(poses.length / 2)];
  if (middle === undefined || points.length === 0) return 1;
  const away = points.map((point) => length(minus(point, middle.position)));
  return away.sort((a, b) => a - b)[Math.floor(away.length / 2)] || 1;
}

const placeOf = (point: Vec3, { rotation, origin, place, scale }: PathWorld): Vec3 =>
  plus(place, times(scale, apply(rotation, minus(point, origin))));
