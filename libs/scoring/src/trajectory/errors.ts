import {
  composeSim3,
  invertSim3,
  rotationOf,
  sim3,
  umeyama,
  type Sim3,
  type StampedPose,
} from '@loci/localization';
import { sum } from '../estimate.js';

/** Where a camera stood, and where it was found, at the same moment. Each in a world of its own. */
export interface PosePair {
  truth: StampedPose;
  found: StampedPose;
}

/** What depends on how the found trajectory is aligned with the true one. */
export interface AlignedErrors {
  /** Absolute trajectory error: root mean square of the distances after alignment, in metres. */
  ateM: number;
  /** Relative pose error, its translation: root mean square over pairs of poses, in metres. */
  rpeM: number;
}

/** The errors of a trajectory, as Sturm et al. 2012 define them and evo prints them. */
export interface TrajectoryErrors {
  poses: number;
  /** The length of the true way through these poses, in metres. */
  pathM: number;
  /** Aligned by a rotation and a translation. */
  rigid: AlignedErrors;
  /** Aligned in scale as well; null where the found positions lie on one line. */
  scaled: AlignedErrors | null;
  /** By how much the found positions are multiplied then. */
  scale: number | null;
  /** Relative pose error, its rotation: root mean square and median over pairs of poses, in degrees. */
  rpeDeg: number;
  turnDeg: number;
  /** Median angle between the true and the found shift, in degrees; null where no shift was found. */
  directionDeg: number | null;
}

/** Metres of a true shift below which its direction says nothing. */
const LEAST_SHIFT_M = 0.05;

/** Each found pose with the true one nearest in time, where there is one within so many seconds. */
export function pairPoses(
  truth: readonly StampedPose[],
  found: readonly StampedPose[],
  withinS: number,
): PosePair[] {
  return found.flatMap((pose) => {
    const distance = ({ tS }: StampedPose) => Math.abs(tS - pose.tS);
    const nearest = truth.reduce<StampedPose | undefined>(
      (best, each) => (best === undefined || distance(each) < distance(best) ? each : best),
      undefined,
    );
    return nearest === undefined || distance(nearest) > withinS ? [] : [{ truth: nearest, found: pose }];
  });
}

/** The same moments with a camera that never moves: the baseline of a trajectory. */
export const heldStill = (pairs: readonly PosePair[]): PosePair[] =>
  pairs.map(({ truth, found }) => ({
    truth,
    found: { ...found, position: [0, 0, 0], quaternion: [0, 0, 0, 1] },
  }));

/**
 * Compares a trajectory with the true one.
 * @param pairs ascending in time
 * @param step relative errors are of every two poses that are so many apart
 * @throws RangeError for fewer pairs than that needs
 */
export function trajectoryErrors(pairs: readonly PosePair[], step: number): TrajectoryErrors {
  if (pairs.length <= step) throw new RangeError(`${pairs.length} poses have no two that are ${step} apart`);
  const positions = (which: keyof PosePair) =>
    Float64Array.from(pairs.flatMap((pair) => pair[which].position));
  const match = {
    source: positions('found'),
    target: positions('truth'),
    weights: new Float64Array(pairs.length).fill(1),
  };
  const rigid = umeyama(match, false);
  const similar = umeyama(match, true);
  const shifts = relativeShifts(pairs, step);
  const scale = similar === null ? null : similar.scale;
  const aligned = (sim: Sim3): AlignedErrors => ({
    ateM: rootMeanSquare(pairs.map(({ truth, found }) => length(between(moved(sim, found), truth.position)))),
    rpeM: rootMeanSquare(shifts.map(({ truth, found }) => length(shiftError(truth, found, sim.scale)))),
  });
  const turns = shifts.map(({ truth, found }) => angleOf(composeSim3(invertSim3(truth), found).rotation));
  return {
    poses: pairs.length,
    pathM: sum(
      pairs
        .slice(1)
        .map(({ truth }, index) => length(between(truth.position, pairs[index]?.truth.position ?? []))),
    ),
    rigid: aligned(rigid ?? centred(pairs)),
    scaled: similar === null ? null : aligned(similar),
    scale,
    rpeDeg: rootMeanSquare(turns),
    turnDeg: median(turns) ?? NaN,
    directionDeg: median(
      shifts.flatMap(({ truth, found }) => directionError(truth.translation, found.translation) ?? []),
    ),
  };
}

/** How the camera moved from each pose to the one `step` later, in the axes of the earlier. */
function relativeShifts(pairs: readonly PosePair[], step: number): { truth: Sim3; found: Sim3 }[] {
  const shift = (from: StampedPose, to: StampedPose) => composeSim3(invertSim3(asSim3(from)), asSim3(to));
  return pairs.slice(step).flatMap(({ truth, found }, index) => {
    const before = pairs[index];
    return before === undefined
      ? []
      : [{ truth: shift(before.truth, truth), found: shift(before.found, found) }];
  });
}

const asSim3 = ({ position, quaternion }: StampedPose): Sim3 => sim3(1, rotationOf(quaternion), position);

/** Positions on one line determine no rotation: only their centre is put onto the true one. */
function centred(pairs: readonly PosePair[]): Sim3 {
  const mean = (which: keyof PosePair, axis: number) =>
    sum(pairs.map((pair) => pair[which].position[axis] ?? NaN)) / pairs.length;
  return sim3(
    1,
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
    [0, 1, 2].map((axis) => mean('truth', axis) - mean('found', axis)),
  );
}

const moved = (sim: Sim3, { position }: StampedPose): number[] =>
  composeSim3(sim, sim3(1, [1, 0, 0, 0, 1, 0, 0, 0, 1], position)).translation;

/** The translation of (true shift)⁻¹ · (found shift), the found one scaled. */
function shiftError(truth: Sim3, found: Sim3, scale: number): number[] {
  const scaled = sim3(
    1,
    found.rotation,
    found.translation.map((value) => scale * value),
  );
  return composeSim3(invertSim3(truth), scaled).translation;
}

function directionError(truth: readonly number[], found: readonly number[]): number | null {
  const [a, b] = [length(truth), length(found)];
  if (a < LEAST_SHIFT_M || b === 0) return null;
  const cosine = sum(truth.map((value, axis) => value * (found[axis] ?? NaN))) / (a * b);
  return degrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
}

/** The angle of a rotation (row-major 3×3), in degrees; exact for small ones too. */
function angleOf(r: readonly number[]): number {
  const at = (index: number) => r[index] ?? NaN;
  const sine = Math.hypot(at(7) - at(5), at(2) - at(6), at(3) - at(1));
  return degrees(Math.atan2(sine, at(0) + at(4) + at(8) - 1));
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
const between = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, axis) => value - (b[axis] ?? NaN));
const length = (vector: readonly number[]): number => Math.hypot(...vector);
const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(sum(values.map((value) => value * value)) / values.length);

/** The mean of the two in the middle where there are as many below as above. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
