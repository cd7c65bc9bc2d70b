import { FOV_DEG, type Camera, type Intrinsics, type Manifest } from '@loci/contracts';
import { element, rows } from '@loci/tensors';
import { z } from 'zod';
import { CameraError } from '../errors.js';
import { applySim3, fromPose, invertSim3 } from '../geometry/sim3.js';
import type { Pinhole } from '../odometry/keypoints.js';
import type { PerceivedChunk } from '../perceived-chunk.js';

/**
 * How a point that the model sees through the lens that it knows moves to where it is through another:
 * x ↦ xx · x + xz · z, y ↦ yy · y + yz · z, z ↦ zz · z, in the camera's axes. Depth is told by how large
 * things look, so it grows with the focal length; what they are wide stays.
 */
export const lensSchema = z.object({
  xx: z.number(),
  xz: z.number(),
  yy: z.number(),
  yz: z.number(),
  zz: z.number(),
});
export type Lens = z.infer<typeof lensSchema>;

/** What a clip's picture is cropped or stretched to. */
export type Fitted = Pick<Manifest, 'preprocessing' | 'sizes'>;

/**
 * The lens of a camera, seen with the model's own; null where the camera says nothing of it.
 * @param picture width and height as they are shown
 * @throws CameraError
 */
export function lensOf(
  camera: Camera,
  picture: { width: number; height: number },
  { preprocessing, sizes }: Fitted,
): Lens | null {
  const pinhole = pinholeOf(camera, picture);
  if (pinhole === null) return null;
  const part = camera.intrinsics === undefined ? 'fov_deg' : 'intrinsics';
  if (preprocessing.fov_deg === undefined)
    throw new CameraError(part, 'The model does not say which field of view it takes pictures to have');
  // focal lengths and centre in halves of the frame's width, as the frame is cut out of the picture
  const cut = cutOf(picture, preprocessing.fit, sizes);
  const own = 1 / Math.tan((preprocessing.fov_deg * Math.PI) / 360);
  const [fx, fy] = [(2 * pinhole.fx) / cut.width, (2 * pinhole.fy) / cut.width];
  const [cx, cy] = [
    (2 * (pinhole.cx - picture.width / 2)) / cut.width,
    (2 * (pinhole.cy - picture.height / 2)) / cut.width,
  ];
  // a stretched frame's pixels are not square in the picture
  const ownY = (own * cut.height * sizes.width) / (cut.width * sizes.height);
  const zz = Math.sqrt((fx * fy) / (own * ownY));
  return { xx: (own * zz) / fx, xz: 0 - (cx * zz) / fx, yy: (ownY * zz) / fy, yz: 0 - (cy * zz) / fy, zz };
}

/**
 * A camera's pinhole, in pixels of the picture as it is shown; null where the camera says nothing of it.
 * @throws CameraError
 */
export function pinholeOf(
  { fov_deg, intrinsics }: Camera,
  { width, height }: { width: number; height: number },
): Pinhole | null {
  if (fov_deg !== undefined) {
    const focal = width / 2 / Math.tan((fov_deg * Math.PI) / 360);
    return { fx: focal, fy: focal, cx: width / 2, cy: height / 2 };
  }
  if (intrinsics === undefined) return null;
  checkPinhole(intrinsics);
  const [across, down] = [width / intrinsics.width, height / intrinsics.height];
  if (Math.abs(across / down - 1) > 0.02)
    throw new CameraError(
      'intrinsics',
      `The intrinsics are of pictures of ${intrinsics.width} × ${intrinsics.height}, ` +
        `but the video’s have another shape: ${width} × ${height}`,
    );
  return {
    fx: intrinsics.fx * across,
    fy: intrinsics.fy * down,
    cx: intrinsics.cx * across,
    cy: intrinsics.cy * down,
  };
}

/** From side to side of a picture's longer side, what people's cameras see about, in degrees. */
const USUAL_FOV_DEG = 65;

/** A lens as people's cameras have it, in pixels of the picture as it is shown. */
export function usualPinhole({ width, height }: { width: number; height: number }): Pinhole {
  const focal = Math.max(width, height) / 2 / Math.tan((USUAL_FOV_DEG * Math.PI) / 360);
  return { fx: focal, fy: focal, cx: width / 2, cy: height / 2 };
}

function checkPinhole({ fx, fy, cx, cy, width, height }: Intrinsics): void {
  if (cx < 0 || cx > width || cy < 0 || cy > height)
    throw new CameraError('intrinsics', 'The principal point lies beside the picture');
  for (const focal of [fx, fy]) {
    const fov = (Math.atan(width / 2 / focal) * 360) / Math.PI;
    if (fov < FOV_DEG.min || fov > FOV_DEG.max)
      throw new CameraError(
        'intrinsics',
        `A focal length of ${focal} sees ${fov.toFixed(1)}° across ${width} pixels: ` +
          `${FOV_DEG.min}° to ${FOV_DEG.max}° can be used`,
      );
  }
}

/** The part of a picture that becomes a frame, in its pixels. */
function cutOf(
  { width, height }: { width: number; height: number },
  fit: Fitted['preprocessing']['fit'],
  sizes: Fitted['sizes'],
): { width: number; height: number } {
  if (fit === 'stretch') return { width, height };
  const aspect = sizes.width / sizes.height;
  return { width: Math.min(width, height * aspect), height: Math.min(height, width / aspect) };
}

/** A chunk as it is when its pictures were taken through this lens. */
export function seenThrough<
  C extends Pick<PerceivedChunk, 'points' | 'centers' | 'cameraToChunk' | 'frames'>,
>(chunk: C, lens: Lens): C {
  const [points, centers] = [chunk.points.slice(), chunk.centers.slice()];
  for (let frame = 0; frame < chunk.frames; frame += 1) {
    const toChunk = fromPose(rows(chunk.cameraToChunk, 16, frame, frame + 1), 1);
    const toCamera = invertSim3(toChunk);
    for (const values of [points, centers]) {
      const own = rows(values, values.length / chunk.frames, frame, frame + 1);
      own.set(applySim3(toChunk, throughLens(applySim3(toCamera, own), lens)));
    }
  }
  return { ...chunk, points, centers };
}

function throughLens(points: Float32Array, { xx, xz, yy, yz, zz }: Lens): Float32Array {
  const moved = new Float32Array(points.length);
  for (let i = 0; i + 2 < points.length; i += 3) {
    const z = element(points, i + 2);
    moved[i] = xx * element(points, i) + xz * z;
    moved[i + 1] = yy * element(points, i + 1) + yz * z;
    moved[i + 2] = zz * z;
  }
  return moved;
}
