import type { Camera } from '@loci/contracts';
import type { SubmitRequest } from '@loci/database';
import type { Bundle } from '@loci/inference';
import { givenCamera, storedCamera, type FilmedClip } from '@loci/localization';
import { chunkPlan, chunkSizes } from '@loci/pipeline';

/**
 * What a job gives of its camera, as its memory keeps it: for every frame of every chunk.
 * @throws CameraError when it cannot be used
 */
export function cameraOf(
  camera: Camera | undefined,
  clip: FilmedClip,
  { manifest, keypoints, things }: Bundle,
): SubmitRequest['camera'] {
  if (camera === undefined) return null;
  return storedCamera(
    givenCamera(camera, clip, manifest, keypoints?.sha256 ?? null, things?.sha256 ?? null),
    chunkPlan(clip.frames, chunkSizes(manifest.sizes)),
  );
}
