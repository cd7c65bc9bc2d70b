import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cameraSchema, type Camera } from '@loci/contracts';
import { quaternionOf, type StampedPose } from '@loci/localization';
import { z } from 'zod';
import { DatasetError } from './records.js';

/** The file beside the questions that says where the camera of their one clip was. */
const WALK_FILE = 'scene.json';

const row = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const sceneSchema = z.object({
  dataset: z.string(),
  scene: z.string(),
  /** Width and height in pixels. */
  image_size: z.tuple([z.int().positive(), z.int().positive()]),
  intrinsics_colour: z.object({ fx: z.number(), fy: z.number(), cx: z.number(), cy: z.number() }),
  /** Of the camera above the floor, in metres, where it was measured. */
  camera_height_m: z.object({ mean: z.number().positive() }).optional(),
  /** Camera-to-world; camera x right, y down, z forward; world in metres, z up. */
  path: z.array(z.object({ t: z.number(), pose: z.tuple([row, row, row, row]) })).min(2),
});

/** A clip whose camera was measured. */
export interface Walk {
  /** As its questions name it. */
  scene: string;
  /** Where the camera was, ascending in time. */
  poses: StampedPose[];
  /** The same and its lens, as a job gives them. */
  camera: Camera;
  /** Its lens and its height alone, as a job gives them that has the path estimated. */
  estimated: Camera;
}

/**
 * The walk that a folder's questions are about; null where the folder has none.
 * @throws DatasetError
 */
export async function readWalk(root: string): Promise<Walk | null> {
  const file = join(root, WALK_FILE);
  if (!existsSync(file)) return null;
  const { dataset, scene, image_size, intrinsics_colour, path, camera_height_m } = await readScene(file);
  const [width, height] = image_size;
  const intrinsics = { ...intrinsics_colour, width, height };
  const poses = path.map(({ t, pose }): StampedPose => {
    const [x, y, z] = pose;
    return { tS: t, position: [x[3], y[3], z[3]], quaternion: quaternionOf(pose.flat()) };
  });
  return {
    scene: `${dataset}/${scene}`,
    poses,
    camera: cameraSchema.parse({
      intrinsics,
      trajectory: {
        format: 'json',
        poses: poses.map(({ tS, position, quaternion }) => ({ t_s: tS, position, quaternion })),
        up: [0, 0, 1],
      },
    }),
    estimated: cameraSchema.parse({ intrinsics, path: 'estimated', height_m: camera_height_m?.mean }),
  };
}

async function readScene(file: string): Promise<z.infer<typeof sceneSchema>> {
  try {
    return sceneSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const detail = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new DatasetError({ file }, detail, { cause });
  }
}
