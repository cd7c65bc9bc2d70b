import { z } from 'zod';
import { idSchema } from './ids.js';
import { problemSchema } from './problem.js';
import { entryKindSchema } from './question.js';

export const memoryStatusSchema = z.enum(['building', 'ready', 'failed']);
export type MemoryStatus = z.infer<typeof memoryStatusSchema>;

export const memorySchema = z
  .object({
    id: idSchema('memory'),
    video_id: idSchema('video'),
    model: z.string(),
    status: memoryStatusSchema,
    frames: z.int().nonnegative(),
    duration_s: z.number().nonnegative(),
    working: z.int().nonnegative(),
    episodic: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    digest: z.string().meta({ description: 'sha256 (hex) over the standing entries in order' }),
    snapshots: z
      .int()
      .nonnegative()
      .meta({ description: 'chunks remembered: as many past states can be read' }),
    error: problemSchema.nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Memory' });
export type Memory = z.infer<typeof memorySchema>;

/** A memory in a list: without what all of its entries must be read for. */
export const memorySummarySchema = memorySchema
  .omit({ working: true, episodic: true, bytes: true, digest: true })
  .meta({ id: 'MemorySummary' });
export type MemorySummary = z.infer<typeof memorySummarySchema>;

/** Camera-to-world, row-major 4×4, metres. */
export const poseSchema = z.array(z.number()).length(16);
export type Pose = z.infer<typeof poseSchema>;

export const entrySchema = z
  .object({
    kind: entryKindSchema,
    slot: z.int().nonnegative(),
    frame: z.int().nonnegative(),
    t_s: z.number().nonnegative(),
    pose: poseSchema,
    thumbnail_url: z.string(),
  })
  .meta({ id: 'Entry' });
export type Entry = z.infer<typeof entrySchema>;

/** The longest `Prefer: wait=N` of POST /v1/memories/:id/questions, and `?wait=` of a job; seconds. */
export const MAX_WAIT_S = 60;
