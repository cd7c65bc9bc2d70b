import { MAX_POSES, type Trajectory } from '@loci/contracts';
import { CameraError } from '../errors.js';
import { rotate } from '../geometry/matrix3.js';
import { conjugate, normalized, rotationOf, type Quaternion, type Vector } from '../geometry/quaternion.js';

/** Where a camera stood at a moment: camera-to-world, in metres of the trajectory's own world. */
export interface StampedPose {
  /** Seconds as a player counts. */
  tS: number;
  position: Vector;
  quaternion: Quaternion;
}

/** Metres from the origin that float32 still tells to a hundredth. */
const MAX_METRES = 100_000;
/** How far a quaternion's length may be from 1: they are written with few digits. */
const UNIT_WITHIN = 0.01;
/** Values of an image in COLMAP's images.txt before its name: id, quaternion, translation, camera. */
const COLMAP_FIELDS = 9;

/**
 * The poses of a trajectory, the earliest first.
 * @param startS when a player shows the video's first picture; COLMAP's pictures are counted from there
 * @throws CameraError
 */
export function readTrajectory(trajectory: Trajectory, startS: number): StampedPose[] {
  const poses = posesOf(trajectory, startS);
  if (poses.length === 0) throw new CameraError('trajectory', 'The trajectory has no poses');
  if (poses.length > MAX_POSES)
    throw new CameraError('trajectory', `A trajectory may have ${MAX_POSES} poses; this has ${poses.length}`);
  const read = poses
    .map((pose, index) => checked(pose, index, trajectory.metres_per_unit))
    .sort((a, b) => a.tS - b.tS);
  const twice = read.find(({ tS }, index) => index > 0 && tS === read[index - 1]?.tS);
  if (twice !== undefined) throw new CameraError('trajectory', `Two poses are given for ${twice.tS} s`);
  return read;
}

function posesOf(trajectory: Trajectory, startS: number): StampedPose[] {
  switch (trajectory.format) {
    case 'tum':
      return readTum(trajectory.text);
    case 'colmap':
      return readColmap(trajectory.text, (number) => {
        const { first_number: first, frame_rate: rate } = trajectory;
        return startS + (number - first) / rate;
      });
    case 'json':
      return trajectory.poses.map(({ t_s, position, quaternion }) => ({ tS: t_s, position, quaternion }));
  }
}

/** `t tx ty tz qx qy qz qw` a line; lines with # are comments. */
const readTum = (text: string): StampedPose[] =>
  text.split('\n').flatMap((line, index) => {
    const words = wordsOf(line);
    if (words.length === 0) return [];
    const [tS, tx, ty, tz, qx, qy, qz, qw] = numbersOf(words, 8, index + 1);
    return [{ tS, position: [tx, ty, tz], quaternion: [qx, qy, qz, qw] }];
  });

/**
 * COLMAP's images.txt: for each picture `id qw qx qy qz tx ty tz camera name`, world-to-camera, and a line of
 * points, which may be empty. The number at the end of the name says which picture of the video it is.
 */
function readColmap(text: string, timeOf: (number: number) => number): StampedPose[] {
  const poses: StampedPose[] = [];
  let isPoints = false;
  text.split('\n').forEach((line, index) => {
    const words = wordsOf(line);
    const isComment = line.trimStart().startsWith('#');
    if (isPoints && !isComment) isPoints = false;
    else if (words.length > 0) {
      const [, qw, qx, qy, qz, tx, ty, tz] = numbersOf(
        words.slice(0, COLMAP_FIELDS),
        COLMAP_FIELDS,
        index + 1,
      );
      const toWorld = conjugate([qx, qy, qz, qw]);
      const [x, y, z] = rotate(rotationOf(normalized(toWorld)), [tx, ty, tz]);
      const name = words.slice(COLMAP_FIELDS).join(' ');
      poses.push({ tS: timeOf(numberIn(name, index + 1)), position: [-x, -y, -z], quaternion: toWorld });
      isPoints = true;
    }
  });
  return poses;
}

const wordsOf = (line: string): string[] => (line.split('#', 1)[0] ?? '').trim().split(/\s+/).filter(Boolean);

/** The number at the end of a picture's name, without its extension. */
function numberIn(name: string, line: number): number {
  const digits = /(\d+)\D*$/.exec(name.replace(/\.[a-z0-9]+$/i, ''))?.[1];
  if (digits === undefined)
    throw new CameraError('trajectory', `Line ${line}: the picture’s name “${name}” has no number`);
  return Number(digits);
}

type Numbers = [number, number, number, number, number, number, number, number, ...number[]];

function numbersOf(words: readonly string[], count: number, line: number): Numbers {
  const numbers = words.map(Number);
  if (words.length !== count || !numbers.every(Number.isFinite))
    throw new CameraError('trajectory', `Line ${line} should hold ${count} numbers`);
  return numbers as Numbers;
}

/** A pose in metres with a unit quaternion. */
function checked(
  { tS, position, quaternion }: StampedPose,
  index: number,
  metresPerUnit: number,
): StampedPose {
  if (Math.abs(Math.hypot(...quaternion) - 1) > UNIT_WITHIN)
    throw new CameraError(
      'trajectory',
      `Pose ${index + 1} has a quaternion of length ${Math.hypot(...quaternion).toFixed(3)} instead of 1`,
    );
  const metres = position.map((value) => value * metresPerUnit) as Vector;
  if (!metres.every((value) => Math.abs(value) <= MAX_METRES))
    throw new CameraError('trajectory', `Pose ${index + 1} is more than ${MAX_METRES} m from the origin`);
  return { tS, position: metres, quaternion: normalized(quaternion) };
}
