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

/** The first picture of a stored clip, as far as decoding needs it; see libs/video/src/first-picture.ts. */
const storedPictureSchema = z.object({
  ticks: z.int(),
  tick_s: z.number().positive(),
  width: z.int().positive(),
  height: z.int().positive(),
  pixel_aspect: z.number().positive(),
  matrix: z.string(),
  high_dynamic_range: z.boolean(),
});
export type StoredPicture = z.infer<typeof storedPictureSchema>;

/** How the pictures of a stored clip are reached; none of a video from before this was found out. */
export const clipAccessSchema = z.object({
  /** The stored object's length, when it is not the uploaded file but its track, remuxed. */
  remuxed_bytes: z.int().positive().nullable(),
  /** Whether pictures are refreshed bit by bit, so that no later one is whole by itself. */
  refreshes: z.boolean(),
  /** The longest time between two pictures at which decoding can begin, in seconds. */
  entry_interval_s: z.number().nonnegative(),
  /** Spares each worker a run of ffmpeg. Left out when it is turned, or is not the first of the track. */
  first_picture: storedPictureSchema.optional(),
});
export type ClipAccess = z.infer<typeof clipAccessSchema>;

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
  'video/mp2t',
  'application/octet-stream',
] as const;
