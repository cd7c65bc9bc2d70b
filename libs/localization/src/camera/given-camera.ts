import { createHash } from 'node:crypto';
import type { Camera } from '@loci/contracts';
import { TensorFormatError, readTensors, rows, writeTensors } from '@loci/tensors';
import { z } from 'zod';
import { CameraError } from '../errors.js';
import { lensOf, lensSchema, pinholeOf, usualPinhole, type Fitted, type Lens } from './lens.js';
import { posesAt } from './poses-at.js';
import { readTrajectory } from './read-trajectory.js';
import type { Pinhole } from '../odometry/keypoints.js';

/** What a client gave of the camera, for some frames of its clip. */
export interface GivenCamera {
  /** [F, 4, 4] camera-to-world, row-major; null: localization finds them. */
  poses: Float32Array | null;
  /** Null: the model's own. */
  lens: Lens | null;
  /** How its path is estimated from the pictures; null: it is not. */
  path: EstimatedPath | null;
  /** By what eyes see along the path that is given; absent where they do not. */
  eyes?: SeenThrough | undefined;
}

/** What is seen in pictures depends on this, beside them; and with a height the estimate of their path. */
const seenThroughSchema = z.object({
  /** In widths and heights of the picture; 0 is its edge. */
  pinhole: z.object({ fx: z.number(), fy: z.number(), cx: z.number(), cy: z.number() }),
  /** The SHA-256 of the graph that finds keypoints. */
  keypoints: z.string(),
  /** That of the graph that says what things pictures show; absent: none does. */
  things: z.string().optional(),
});
export type SeenThrough = z.infer<typeof seenThroughSchema>;

const estimatedPathSchema = seenThroughSchema.extend({
  /** Of the camera above the floor, in metres; null: nobody knows. */
  heightM: z.number().nullable(),
  /** The pinhole is a guess: how long its focal length is, the first chunk tells. Absent: it was told. */
  isGuess: z.literal(true).optional(),
});
export type EstimatedPath = z.infer<typeof estimatedPathSchema>;

/** The clip that a camera filmed, as it is sampled. */
export interface FilmedClip {
  width: number;
  height: number;
  startS: number;
  durationS: number;
  frames: number;
  fps: number;
}

/**
 * What a client says of its camera, for every frame of the clip.
 * @param keypoints the SHA-256 of the graph that finds keypoints; null where there is none
 * @param things that of the graph that says what things pictures show
 * @throws CameraError when it cannot be used
 */
export function givenCamera(
  camera: Camera,
  clip: FilmedClip,
  model: Fitted,
  keypoints: string | null = null,
  things: string | null = null,
): GivenCamera {
  const { trajectory } = camera;
  const { startS, durationS, frames, fps } = clip;
  const times = Array.from({ length: frames }, (_, frame) => startS + frame / fps);
  return {
    lens: lensOf(camera, clip, model),
    path: camera.path === undefined ? null : estimatedPath(camera, clip, keypoints, things),
    poses:
      trajectory === undefined
        ? null
        : posesAt(
            readTrajectory(trajectory, startS),
            times,
            { startS, endS: startS + durationS },
            trajectory.up,
          ),
    ...(trajectory === undefined ? {} : eyesAlong(camera, clip, keypoints, things)),
  };
}

function eyesAlong(
  camera: Camera,
  clip: FilmedClip,
  keypoints: string | null,
  things: string | null,
): Pick<GivenCamera, 'eyes'> {
  const pinhole = pinholeOf(camera, clip);
  if (pinhole === null || keypoints === null || things === null) return {};
  return { eyes: { pinhole: inSizes(pinhole, clip), keypoints, things } };
}

const inSizes = ({ fx, fy, cx, cy }: Pinhole, { width, height }: Pick<FilmedClip, 'width' | 'height'>) => ({
  ...{ fx: fx / width, fy: fy / height, cx: cx / width, cy: cy / height },
});

function estimatedPath(
  camera: Camera,
  { width, height }: FilmedClip,
  keypoints: string | null,
  things: string | null,
): EstimatedPath {
  if (keypoints === null)
    throw new CameraError('path', 'No path can be estimated here: the graph that finds keypoints is missing');
  const pinhole = pinholeOf(camera, { width, height });
  return {
    pinhole: inSizes(pinhole ?? usualPinhole({ width, height }), { width, height }),
    heightM: camera.height_m ?? null,
    ...(pinhole === null ? { isGuess: true } : {}),
    keypoints,
    ...(things === null ? {} : { things }),
  };
}

/** As it is stored, for the frames [start, end) of each chunk. Equal cameras have equal digests. */
export function storedCamera(
  camera: GivenCamera,
  chunks: readonly { start: number; end: number }[],
): { sha256: string; chunks: Uint8Array<ArrayBuffer>[] } {
  const encoded = chunks.map(({ start, end }) =>
    encodeCamera({ ...camera, poses: camera.poses && rows(camera.poses, 16, start, end) }),
  );
  const hash = createHash('sha256');
  for (const bytes of encoded) hash.update(bytes);
  return { sha256: hash.digest('hex'), chunks: encoded };
}

/** As bytes that decode to the same bits. */
export const encodeCamera = ({ poses, lens, path, eyes }: GivenCamera): Uint8Array<ArrayBuffer> =>
  writeTensors(
    poses === null ? {} : { poses: { dtype: 'f32', dims: [poses.length / 16, 4, 4], data: poses } },
    // a camera without an estimated path, and without eyes, has the digest that it always had
    {
      lens: JSON.stringify(lens),
      ...(path === null ? {} : { path: JSON.stringify(path) }),
      ...(eyes === undefined ? {} : { eyes: JSON.stringify(eyes) }),
    },
  );

/** Throws TensorFormatError for bytes that encodeCamera did not write. */
export function decodeCamera(bytes: Uint8Array): GivenCamera {
  const { tensors, metadata } = readTensors(bytes);
  const { poses } = tensors;
  if (poses !== undefined && poses.dtype !== 'f32') throw new TensorFormatError('its poses are not float32');
  try {
    return {
      poses: poses?.data ?? null,
      lens: lensSchema.nullable().parse(JSON.parse(metadata['lens'] ?? '')),
      path: estimatedPathSchema.nullable().parse(JSON.parse(metadata['path'] ?? 'null')),
      ...('eyes' in metadata ? { eyes: seenThroughSchema.parse(JSON.parse(metadata['eyes'] ?? '')) } : {}),
    };
  } catch (cause) {
    throw new TensorFormatError('it does not hold a camera', { cause });
  }
}
