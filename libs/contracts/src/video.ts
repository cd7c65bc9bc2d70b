import { z } from 'zod';
import { idSchema } from './ids.js';

export const videoStatusSchema = z.enum(['uploading', 'ready', 'rejected']);

/** The result of a probe. Width and height are as shown, with rotation applied; fps is the average rate. */
export const probeSchema = z.object({
  track: z.int().nonnegative().meta({
    description: 'which of the file’s video tracks was taken, from 0; cover pictures are not counted',
  }),
  start_s: z
    .number()
    .nonnegative()
    .meta({ description: 'when a player shows the first picture: its clock begins with the earliest track' }),
  duration_s: z.number().positive(),
  width: z.int().positive(),
  height: z.int().positive(),
  fps: z.number().positive(),
  codec: z.string(),
});
export type Probe = z.infer<typeof probeSchema>;

export const videoSchema = z
  .object({
    id: idSchema('video'),
    status: videoStatusSchema,
    sha256: z.string().length(64),
    bytes: z.int().nonnegative(),
    ...probeSchema.shape,
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Video' });
export type Video = z.infer<typeof videoSchema>;

/** Content types that POST /v1/videos takes as a raw body. */
export const VIDEO_CONTENT_TYPES = [
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'video/x-matroska',
  'application/octet-stream',
] as const;
