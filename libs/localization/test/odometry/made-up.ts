import { seededBy } from '../../src/odometry/random.js';
import {
  atOnce,
  PictureRelations,
  type Keypoints,
  type Pinhole,
  type Pose,
} from '../../src/odometry/index.js';
import { followingChunk, type FollowedChunk, type FollowedFrames } from '../../src/odometry/follow.js';
import type { Placed } from '../../src/odometry/reconstruction.js';
import type { RelatedPictures } from '../../src/odometry/relations.js';
import { project } from '../../src/odometry/triangulation.js';
import { multiply, smallTurn, unit, IDENTITY, type Mat3, type Vec3 } from '../../src/odometry/vectors.js';

export const LENS: Pinhole = { fx: 400, fy: 400, cx: 255.5, cy: 191.5 };
const WIDTH = 512;
const HEIGHT = 384;
const DESCRIPTOR = 64;

/** How pictures are made. */
interface Making {
  /** Pixels by which keypoints lie beside the truth at most, to each side. */
  noise?: number;
  /** The share of keypoints that show what is nowhere else, or show another thing. */
  wrong?: number;
  /** Keypoints of a picture at most. */
  most?: number;
  seed?: number;
}

/** Numbers from −1 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  const random = seededBy([seed, 11]);
  return () => random(2_000_001) / 1_000_000 - 1;
}

/** Things all about: on the walls, floor and ceiling of a hall of 12 × 3 × 12 m, and some within. */
export function hall(count = 1500): Vec3[] {
  const next = numbers(5);
  return Array.from({ length: count }, (_, i): Vec3 => {
    const point: [number, number, number] = [6 * next(), 1.5 * next(), 6 * next()];
    const side = i % 4;
    if (side < 2) point[0] = side === 0 ? -6 : 6;
    else if (side === 2) point[2] = next() < 0 ? -6 : 6;
    return point;
  });
}

/** A camera that looks along z, turned by `yaw` to the right, at a place. */
export function facing(yaw: number, position: Vec3): Pose {
  const [sine, cosine] = [Math.sin(yaw), Math.cos(yaw)];
  return { rotation: [cosine, 0, sine, 0, 1, 0, -sine, 0, cosine], position };
}

/** What cameras see of points. */
export function pictures(
  poses: readonly Pose[],
  points: readonly Vec3[],
  { noise = 0, wrong = 0, most = 400, seed = 1 }: Making = {},
): Keypoints[] {
  const next = numbers(seed);
  const descriptorOf = (): number[] => {
    const drawn = Array.from({ length: DESCRIPTOR }, next);
    const far = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0));
    return drawn.map((value) => value / far);
  };
  const looks = points.map(descriptorOf);
  return poses.map((pose) => {
    const seen = points.flatMap((point, index) => {
      const { u, v, depth } = project(pose, point);
      const [x, y] = [LENS.fx * u + LENS.cx, LENS.fy * v + LENS.cy];
      const isSeen = depth > 0.2 && x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT;
      return isSeen ? [{ x, y, look: looks[index] ?? [] }] : [];
    });
    const kept = seen.slice(0, most).map(({ x, y, look }, index, all) => {
      const other = all[(index * 7 + 3) % all.length];
      const isWrong = (next() + 1) / 2 < wrong;
      return { x: x + noise * next(), y: y + noise * next(), look: isWrong ? (other?.look ?? look) : look };
    });
    return {
      positions: Float32Array.from(kept.flatMap(({ x, y }) => [x, y])),
      descriptors: Float32Array.from(kept.flatMap(({ look }) => look)),
    };
  });
}

/** The angle between two directions, in degrees. */
export function between(a: Vec3, b: Vec3): number {
  const [one, other] = [unit(a), unit(b)];
  const cosine = one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

/** The angle of a rotation, in degrees. */
export function angleOf(rotation: Mat3): number {
  const sine = Math.hypot(rotation[7] - rotation[5], rotation[2] - rotation[6], rotation[3] - rotation[1]);
  return (Math.atan2(sine, rotation[0] + rotation[4] + rotation[8] - 1) * 180) / Math.PI;
}

/** A rotation about x, then y, then z. */
export const turned = (x: number, y: number, z: number): Mat3 =>
  multiply(multiply(smallTurn([x, 0, 0]), smallTurn([0, y, 0])), multiply(smallTurn([0, 0, z]), IDENTITY));

/** Around the hall in a ring, looking where it goes and about: a frame each half second. */
export function walk(frames: number): Pose[] {
  return Array.from({ length: frames }, (_, frame) => {
    const way = 0.1 * frame;
    return facing(way + Math.PI / 2 + 0.4 * Math.sin(0.5 * frame), [
      3 * Math.sin(way),
      0.05 * Math.sin(frame),
      3 * Math.cos(way),
    ]);
  });
}

/** Pictures, and how they stand to each other. */
export function relatedPictures(frames: readonly Keypoints[]): RelatedPictures {
  const relations = new PictureRelations(LENS);
  for (const frame of frames) relations.add(frame);
  return relations.related();
}

/** Where the cameras of a chunk stood. */
export const followChunk = (
  before: FollowedFrames | null,
  pictures: readonly Keypoints[],
  overlap: number,
): FollowedChunk => {
  const { frames, relations } = relatedPictures(pictures);
  return atOnce(followingChunk(before, frames, relations, { lens: LENS, overlap }));
};

/** Where the cameras of many pictures stood, chunk by chunk. */
export function followChunks(
  frames: readonly Keypoints[],
  { size, overlap }: { size: number; overlap: number },
): { poses: Pose[]; how: Placed[] } {
  const [poses, how]: [Pose[], Placed[]] = [[], []];
  let before: FollowedFrames | null = null;
  for (let start = 0; poses.length < frames.length; start += size - overlap) {
    const found = followChunk(before, frames.slice(start, start + size), overlap);
    const fresh = before === null ? 0 : overlap;
    poses.push(...found.poses.slice(fresh));
    how.push(...found.how.slice(fresh));
    before = found.handover;
  }
  return { poses, how };
}
