import { existsSync } from 'node:fs';
import { CommandError } from '@loci/host';
import type { FoundKeypoints, KeypointGraph } from '@loci/inference';
import { followClip, lensIn, quaternionOf, type FollowedClip } from '@loci/localization';
import { pairPoses, type PosePair } from '@loci/scoring';
import { decodeFrames } from '@loci/video';
import type { Walk } from '../dataset/walk.js';

/** Seconds of a chunk, and that two share: those of the shipped model at 2 pictures a second. */
const CHUNK_S = { size: 16, overlap: 2 };
/** Seconds that a found and a true pose may be apart. */
const WITHIN_S = 0.1;

/** A walk as its keypoints tell it. */
export interface FollowedWalk {
  fps: number;
  pairs: PosePair[];
  /** Frames whose place was told by no point that was seen before. */
  chained: number;
  keypointsMs: number;
  odometryMs: number;
}

/** Follows the camera of a walk through its clip. */
export async function followWalk(
  { camera, poses }: Walk,
  videos: readonly string[],
  graph: KeypointGraph,
  fps: number,
  say: (line: string) => void,
): Promise<FollowedWalk> {
  const file = videos.find(existsSync);
  if (file === undefined) throw new CommandError(`There is none of ${videos.join(', ')}.`);
  const { intrinsics } = camera;
  if (intrinsics === undefined)
    throw new CommandError('The walk does not say through which lens it was seen.');
  const { height, width } = graph;
  const count = 1 + Math.floor((poses.at(-1)?.tS ?? 0) * fps);
  say(`${count} pictures of ${file}`);
  const pictures = await decodeFrames(file, { start: 0, end: count, fps, height, width, fit: 'stretch' });
  const started = performance.now();
  const frames: FoundKeypoints[] = [];
  const bytes = height * width * 3;
  for (let frame = 0; frame < count; frame += 1)
    frames.push(await graph.find(pictures.slice(bytes * frame, bytes * (frame + 1))));
  const seen = performance.now();
  const found = followClip(frames, {
    lens: lensIn(graph, intrinsics),
    size: Math.round(CHUNK_S.size * fps),
    overlap: Math.round(CHUNK_S.overlap * fps),
  });
  const ended = performance.now();
  return {
    fps,
    pairs: pairPoses(poses, stamped(found, fps), WITHIN_S),
    chained: found.how.filter((each) => each === 'chained').length,
    keypointsMs: (seen - started) / count,
    odometryMs: (ended - seen) / count,
  };
}

const stamped = ({ poses }: Pick<FollowedClip, 'poses'>, fps: number) =>
  poses.map(({ rotation, position }, frame) => ({
    tS: frame / fps,
    position: [...position] as [number, number, number],
    quaternion: quaternionOf([0, 1, 2].flatMap((row) => [...rotation.slice(3 * row, 3 * row + 3), 0])),
  }));
