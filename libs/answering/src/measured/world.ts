import {
  FLOOR_CELL_M,
  GLIMPSE_COLUMNS,
  LANDMARK_COLUMNS,
  OCCUPANCY_COLUMNS,
  type Manifest,
} from '@loci/contracts';

/** Camera-to-world, row-major 4×4, metres. */
export type Pose = readonly number[];

/** A place on the floor plane, world metres. */
export interface FloorPoint {
  x: number;
  z: number;
}

/** A thing that localization knows, and how certain it is of it, 0 to 1. */
export interface Landmark extends FloorPoint {
  category: string;
  certainty: number;
}

/** That something of a category was seen at a place, and the second from the first picture that first was. */
export interface Glimpse extends FloorPoint {
  category: string;
  seconds: number;
}

/** A square of the floor plane, by its middle, and how many points were seen over it. */
export interface OccupiedCell extends FloorPoint {
  points: number;
}

/** What localization knows of the world: there an answer can be measured instead of told from memory. */
export interface World {
  /** Where the camera stood at a second from the first picture; null where nobody knows. */
  poseAt: (seconds: number) => Promise<Pose | null>;
  /** The things of the world; null where nobody kept them. */
  landmarks: () => Promise<readonly Landmark[] | null>;
  /** Where things were seen first, such as were none among them; null where nobody kept it. */
  glimpses: () => Promise<readonly Glimpse[] | null>;
  /** Over which squares of the floor points were seen; null where nobody kept it. */
  occupancy: () => Promise<readonly OccupiedCell[] | null>;
}

/** What a bundle says of landmarks. */
export interface LandmarkManifest extends Pick<Manifest, 'categories'> {
  calibration: Pick<Manifest['calibration'], 'landmarks'>;
}

/** The landmarks in rows of numbers, with the names of their categories. */
export const landmarksIn = (rows: Float32Array, { categories, calibration }: LandmarkManifest): Landmark[] =>
  Array.from({ length: Math.floor(rows.length / LANDMARK_COLUMNS) }, (_, row) => {
    const [number = -1, x = 0, z = 0, certainty = 0] = rows.subarray(
      LANDMARK_COLUMNS * row,
      LANDMARK_COLUMNS * (row + 1),
    );
    const category = categories[number] ?? '';
    return { category, x, z, certainty: landmarkCertainty(certainty, category, calibration) };
  });

/**
 * How certain a landmark is, 0 to 1. A map says it by its weight alone, but a small thing is seen by few
 * tokens, and is as certain with a smaller weight.
 * @param certainty by the map
 */
export function landmarkCertainty(
  certainty: number,
  category: string,
  { landmarks: halves = {} }: LandmarkManifest['calibration'],
): number {
  const half = halves[category] ?? 1;
  return certainty / (certainty + half * (1 - certainty));
}

/** The glimpses in rows of numbers, likewise. */
export const glimpsesIn = (
  rows: Float32Array,
  { categories, fps }: { categories: readonly string[]; fps: number },
): Glimpse[] =>
  Array.from({ length: Math.floor(rows.length / GLIMPSE_COLUMNS) }, (_, row) => {
    const [category = -1, x = 0, z = 0, frame = 0] = rows.subarray(
      GLIMPSE_COLUMNS * row,
      GLIMPSE_COLUMNS * (row + 1),
    );
    return { category: categories[category] ?? '', x, z, seconds: frame / fps };
  });

/** The occupied cells in rows of numbers. */
export const occupancyIn = (rows: Float32Array): OccupiedCell[] =>
  Array.from({ length: Math.floor(rows.length / OCCUPANCY_COLUMNS) }, (_, row) => {
    const [x = 0, z = 0, points = 0] = rows.subarray(OCCUPANCY_COLUMNS * row, OCCUPANCY_COLUMNS * (row + 1));
    return { x: (x + 0.5) * FLOOR_CELL_M, z: (z + 0.5) * FLOOR_CELL_M, points };
  });

/** From this certainty on a landmark is taken for a thing. */
const CERTAIN = 0.5;
/** A landmark within so many metres of a surer one of another category is that thing, taken for another. */
const SAME_PLACE_M = 0.4;
/** Of its own category: that thing, seen from elsewhere. A long one has its middle in many places. */
const SAME_THING_M = 0.8;

/** The landmarks that are things, the surest first. */
export function thingsAmong(landmarks: readonly Landmark[]): Landmark[] {
  const isAnother = ({ category, certainty, x, z }: Landmark) =>
    landmarks.some(
      (other) =>
        other.certainty > certainty &&
        Math.hypot(other.x - x, other.z - z) < (other.category === category ? SAME_THING_M : SAME_PLACE_M),
    );
  return landmarks
    .filter((landmark) => landmark.certainty >= CERTAIN && !isAnother(landmark))
    .toSorted((one, other) => other.certainty - one.certainty);
}

/** The surest landmark of a category; undefined where there is none. */
export const surestOf = (category: string, landmarks: readonly Landmark[]): Landmark | undefined =>
  landmarks
    .filter((landmark) => landmark.category === category)
    .toSorted((one, other) => other.certainty - one.certainty)[0];

/** A thing was seen by whoever saw something of its category within so many metres of it. */
const GLIMPSED_WITHIN_M = 1.5;

/** Something of a category, by its name or its number, at a place. */
type Placed<Category> = FloorPoint & { category: Category };

/** The second of the first glimpse of a thing; null where nobody caught one. */
export function firstGlimpseS<Category>(
  thing: Placed<Category>,
  glimpses: readonly (Placed<Category> & Pick<Glimpse, 'seconds'>)[],
): number | null {
  return leastOf(
    glimpses.filter(
      ({ category, x, z }) =>
        category === thing.category && Math.hypot(thing.x - x, thing.z - z) < GLIMPSED_WITHIN_M,
    ),
  );
}

/**
 * The second at which a category was first in view: at one of the things that are certain, or at the surest
 * where none is. Without any it is the first glimpse of all; null where there is none.
 */
export function firstSeenS(
  category: string,
  landmarks: readonly Landmark[],
  glimpses: readonly Glimpse[],
): number | null {
  const own = landmarks.filter((landmark) => landmark.category === category);
  const certain = own.filter(({ certainty }) => certainty >= CERTAIN);
  const surest = surestOf(category, own);
  const meant = certain.length > 0 ? certain : own.filter((thing) => thing === surest);
  const near = meant.flatMap((thing) => firstGlimpseS(thing, glimpses) ?? []);
  return near.length > 0
    ? Math.min(...near)
    : leastOf(glimpses.filter((glimpse) => glimpse.category === category));
}

const leastOf = (glimpses: readonly Pick<Glimpse, 'seconds'>[]): number | null =>
  glimpses.length === 0 ? null : Math.min(...glimpses.map(({ seconds }) => seconds));

export const floorPlace = (pose: Pose): FloorPoint => ({ x: pose[3] ?? 0, z: pose[11] ?? 0 });

/** Ways from a viewer, in eighths of a full turn clockwise from where a camera looks, 0 to 8. */
export function eighthsTo(place: FloorPoint, pose: Pose): number {
  const own = floorPlace(pose);
  // the third column of a camera-to-world pose looks ahead
  return eighthsFrom(own, { x: own.x + (pose[2] ?? 0), z: own.z + (pose[10] ?? 0) }, place);
}

/** The way to a third place for who stands at one and faces another, as above. */
export function eighthsFrom(at: FloorPoint, facing: FloorPoint, to: FloorPoint): number {
  const turn = Math.atan2(to.x - at.x, to.z - at.z) - Math.atan2(facing.x - at.x, facing.z - at.z);
  const eighths = (turn / (2 * Math.PI)) * FULL_TURN;
  return ((eighths % FULL_TURN) + FULL_TURN) % FULL_TURN;
}

/** Eighths of a full turn between two ways, at most 4. */
export function eighthsBetween(one: number, other: number): number {
  const apart = Math.abs(one - other) % FULL_TURN;
  return Math.min(apart, FULL_TURN - apart);
}

const FULL_TURN = 8;
