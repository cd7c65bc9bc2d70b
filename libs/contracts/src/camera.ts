import { z } from 'zod';

/** Poses that a trajectory may have. */
export const MAX_POSES = 20_000;
/** Degrees that a lens may see, from side to side. */
export const FOV_DEG = { min: 10, max: 170 } as const;
/** Metres above the floor at which a camera may be. */
export const HEIGHT_M = { min: 0.05, max: 20 } as const;

const triple = z.tuple([z.number(), z.number(), z.number()]);
const text = z.string().max(1024 * 1024);

const tumSchema = z.strictObject({
  format: z.literal('tum'),
  text: text.meta({ description: '`t tx ty tz qx qy qz qw` a line, camera-to-world; t as a player counts' }),
});
const colmapSchema = z.strictObject({
  format: z.literal('colmap'),
  text: text.meta({ description: 'COLMAP’s images.txt, world-to-camera' }),
  frame_rate: z.number().positive().meta({ description: 'pictures that were taken per second of the video' }),
  first_number: z
    .int()
    .nonnegative()
    .default(1)
    .meta({ description: 'the number in the name of the video’s first picture; ffmpeg begins with 1' }),
});
const posesSchema = z.strictObject({
  format: z.literal('json'),
  poses: z
    .array(
      z.strictObject({
        t_s: z.number(),
        position: triple.meta({ description: 'of the camera in the world' }),
        quaternion: z
          .tuple([z.number(), z.number(), z.number(), z.number()])
          .meta({ description: 'x, y, z, w of camera-to-world' }),
      }),
    )
    .max(MAX_POSES),
});

/** What all formats have in common. */
const common = {
  metres_per_unit: z
    .number()
    .positive()
    .default(1)
    .meta({ description: 'the length of the trajectory’s unit, such as COLMAP’s, in metres' }),
  up: triple
    .optional()
    .meta({ description: 'which way is up in its world; without it the first camera is taken to be level' }),
};

export const trajectorySchema = z
  .discriminatedUnion('format', [
    tumSchema.extend(common),
    colmapSchema.extend(common),
    posesSchema.extend(common),
  ])
  .meta({ id: 'Trajectory' });
export type Trajectory = z.infer<typeof trajectorySchema>;

export const intrinsicsSchema = z
  .strictObject({
    fx: z.number().positive(),
    fy: z.number().positive(),
    cx: z.number(),
    cy: z.number(),
    width: z.int().positive(),
    height: z.int().positive(),
  })
  .meta({ id: 'Intrinsics', description: 'a pinhole camera, in pixels of the picture as it is shown' });
export type Intrinsics = z.infer<typeof intrinsicsSchema>;

/** What a client knows of its camera. Axes of a camera: x right, y down, z forward. */
export const cameraSchema = z
  .strictObject({
    fov_deg: z
      .number()
      .min(FOV_DEG.min)
      .max(FOV_DEG.max)
      .optional()
      .meta({ description: 'horizontal field of view of the picture as it is shown' }),
    intrinsics: intrinsicsSchema.optional(),
    trajectory: trajectorySchema.optional(),
    path: z.literal('estimated').optional().meta({
      description:
        'the camera’s path is estimated from what its pictures show, and its lens where none is told',
    }),
    height_m: z
      .number()
      .min(HEIGHT_M.min)
      .max(HEIGHT_M.max)
      .optional()
      .meta({ description: 'of the camera above the floor: it gives an estimated path its scale' }),
  })
  .refine(({ fov_deg, intrinsics }) => fov_deg === undefined || intrinsics === undefined, {
    message: 'give fov_deg or intrinsics, not both',
  })
  .refine(({ path, trajectory }) => path === undefined || trajectory === undefined, {
    message: 'a path is given as a trajectory or estimated, not both',
    path: ['path'],
  })
  .refine(({ path, height_m }) => path !== undefined || height_m === undefined, {
    message: 'the height is used by an estimated path alone',
    path: ['height_m'],
  })
  .refine((camera) => Object.keys(camera).length > 0, { message: 'give what is known of the camera' })
  .meta({ id: 'Camera' });
export type Camera = z.infer<typeof cameraSchema>;
