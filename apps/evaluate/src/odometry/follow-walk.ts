import { existsSync } from 'node:fs';
import type { Manifest } from '@loci/contracts';
import { CommandError } from '@loci/host';
import type { KeypointGraph } from '@loci/inference';
import {
  atOnce,
  estimatingPath,
  estimatingPathAndLens,
  givenCamera,
  pictureLens,
  PictureRelations,
  picturesOf,
  picturesPerFrame,
  quaternionOf,
  scaleErrorOf,
  sharedPictures,
  type EstimatedChunk,
  type MatchedPictures,
  type PathOptions,
  type Pinhole,
  type RelatedPictures,
  type ScaleFrom,
  type StampedPose,
} from '@loci/localization';
import { chunkPlan, chunkSizes, frameCount } from '@loci/pipeline';
import { pairPoses, type PosePair } from '@loci/scoring';
import { decodeFrames, probeVideo } from '@loci/video';
import type { Walk } from '../dataset/walk.js';

/** Seconds that a found and a true pose may be apart. */
const WITHIN_S = 0.1;
/** No model looks at the walk: without a floor, a world of this depth has some scale and no metres. */
const UNKNOWN_DEPTH_M = 3;
const LIMITS = { maxSeconds: 86_400, maxPixels: 2 ** 26 };

/** A walk as odometry tells it. */
export interface FollowedWalk {
  fps: number;
  pairs: PosePair[];
  pictures: number;
  /** Pictures whose place was told by no point that was seen before. */
  chained: number;
  /** Chunks in which a place was known again. */
  closures: number;
  /** What its metres come from, and by which share they may be wrong at its end. */
  scaleFrom: ScaleFrom;
  scaleError: number;
  /** Its lens as it was estimated, and by which share that may be wrong; null where it was told. */
  lens: { fovDeg: number; trueFovDeg: number; error: number } | null;
  /** Of a picture. */
  keypointsMs: number;
  odometryMs: number;
}

/** What a walk is followed by. */
export interface Following {
  graph: KeypointGraph;
  manifest: Manifest;
  /** Frames a second of the memory that a job would build. */
  fps: number;
  /** The walk's lens is not told, but estimated. */
  isLensUnknown: boolean;
}

/** Follows the camera of a walk through its clip as the service follows a job's whose path is estimated. */
export async function followWalk(
  walk: Walk,
  videos: readonly string[],
  { graph, manifest, fps, isLensUnknown }: Following,
  say: (line: string) => void,
): Promise<FollowedWalk> {
  const file = videos.find(existsSync);
  if (file === undefined) throw new CommandError(`There is none of ${videos.join(', ')}.`);
  const probe = await probeVideo(file, LIMITS);
  const [startS, durationS] = [probe.start_s, probe.duration_s];
  const frames = frameCount(durationS, fps);
  const { intrinsics, ...unseen } = walk.estimated;
  const told = isLensUnknown ? unseen : walk.estimated;
  const { path } = givenCamera(told, { ...probe, startS, durationS, frames, fps }, manifest, '');
  if (path === null || intrinsics === undefined)
    throw new CommandError('The walk does not say through which lens it was seen.');
  const every = picturesPerFrame(fps);
  const options: PathOptions = {
    ...{ lens: pictureLens(graph, path.pinhole), every, heightM: path.heightM, depthM: UNKNOWN_DEPTH_M },
    overlap: sharedPictures(manifest.sizes.overlap, every),
  };
  const estimating = isLensUnknown ? estimatingPathAndLens : estimatingPath;
  const clip = { file, track: probe.track, fps: every * fps };
  const took = { keypoints: 0, odometry: 0 };
  const chunks: EstimatedChunk[] = [];
  const found: StampedPose[] = [];
  for (const span of chunkPlan(frames, chunkSizes(manifest.sizes))) {
    const range = picturesOf(span, every);
    say(`pictures ${range.start} to ${range.end} of ${file}`);
    const related = await relatedIn(clip, range, graph, isLensUnknown ? null : options.lens, took);
    const started = performance.now();
    const chunk = atOnce(estimating(chunks.at(-1)?.left ?? null, related, options));
    took.odometry += performance.now() - started;
    chunks.push(chunk);
    const poses = stamped(chunk.poses, (frame) => startS + (span.start + frame) / fps);
    found.push(...poses.slice(span.freshFrom - span.start));
  }
  const last = chunks.at(-1)?.left;
  if (last === undefined) throw new RangeError('a clip has at least one chunk');
  const how = chunks.flatMap((chunk, index) => (index === 0 ? chunk.how : chunk.how.slice(options.overlap)));
  return {
    ...{ fps, pairs: pairPoses(walk.poses, found, WITHIN_S), pictures: how.length },
    chained: how.filter((each) => each === 'chained').length,
    closures: chunks.filter(({ closed }) => closed !== null).length,
    ...{ scaleFrom: last.world.scaleFrom, scaleError: scaleErrorOf(last) },
    lens:
      last.lens === null
        ? null
        : {
            fovDeg: fovOf(path.pinhole.fx * last.lens.longer),
            trueFovDeg: fovOf(intrinsics.fx / intrinsics.width),
            error: last.lens.error,
          },
    keypointsMs: took.keypoints / how.length,
    odometryMs: took.odometry / how.length,
  };
}

/** How pictures [start, end) of a clip stand to each other; adds how long it took, in milliseconds. */
async function relatedIn(
  { file, track, fps }: { file: string; track: number; fps: number },
  range: { start: number; end: number },
  graph: KeypointGraph,
  lens: Pinhole | null,
  took: { keypoints: number; odometry: number },
): Promise<RelatedPictures & MatchedPictures> {
  const { height, width } = graph;
  const pictures = await decodeFrames(file, { ...range, track, fps, height, width, fit: 'stretch' });
  const relations = new PictureRelations(lens);
  const bytes = height * width * 3;
  for (let at = 0; at < pictures.length; at += bytes) {
    const started = performance.now();
    const { matches, ...seen } = await graph.find(pictures.slice(at, at + bytes), relations.earlier());
    const seenAt = performance.now();
    relations.add(seen, matches);
    took.keypoints += seenAt - started;
    took.odometry += performance.now() - seenAt;
  }
  return relations.related();
}

/** The field of view of a focal length in widths of the picture, in degrees. */
const fovOf = (focal: number): number => (Math.atan(0.5 / focal) * 360) / Math.PI;

/** [F, 4, 4] camera-to-world matrices as poses with their times. */
const stamped = (poses: Float32Array, timeOf: (frame: number) => number): StampedPose[] =>
  Array.from({ length: poses.length / 16 }, (_, frame) => {
    const matrix = [...poses.subarray(16 * frame, 16 * frame + 16)];
    const [x = NaN, y = NaN, z = NaN] = [3, 7, 11].map((cell) => matrix[cell] ?? NaN);
    return { tS: timeOf(frame), position: [x, y, z], quaternion: quaternionOf(matrix) };
  });
