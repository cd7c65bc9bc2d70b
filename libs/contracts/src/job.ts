import { z } from 'zod';
import { cameraSchema } from './camera.js';
import { idSchema } from './ids.js';
import { problemSchema } from './problem.js';
import { askSchema, questionSchema } from './question.js';
import { stageSchema } from './queue.js';

/** Bytes that a job's metadata may have as JSON in UTF-8. */
export const MAX_METADATA_BYTES = 16 * 1024;

/** Which pictures of a video are sampled. */
export const sampledPicturesSchema = z.enum(['all', 'key']).meta({
  id: 'SampledPictures',
  description:
    '`key`: key pictures alone, far faster for large pictures; a frame is the last one shown by its time, ' +
    'which may be seconds old',
});
export type SampledPictures = z.infer<typeof sampledPicturesSchema>;

export const submitJobSchema = z
  .strictObject({
    video_id: idSchema('video'),
    questions: z.array(askSchema).max(64).default([]),
    model: z.string().min(1).max(100).optional(),
    sampling: z
      .strictObject({
        fps: z
          .number()
          .positive()
          .max(60)
          .optional()
          .meta({ description: 'sampled frames per second of the video; the model’s own rate unless given' }),
        pictures: sampledPicturesSchema.optional(),
      })
      .optional(),
    camera: cameraSchema.optional(),
    metadata: z
      .record(z.string().max(100), z.json())
      .optional()
      .meta({ description: `anything of yours, at most ${MAX_METADATA_BYTES} bytes of JSON` }),
  })
  .meta({ id: 'SubmitJob' });
export type SubmitJob = z.infer<typeof submitJobSchema>;

export const jobStatusSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']);
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const progressSchema = z
  .object({
    fraction: z.number().min(0).max(1),
    chunks_total: z.int().nonnegative(),
    chunks_perceived: z.int().nonnegative(),
    chunks_remembered: z.int().nonnegative(),
    questions_total: z.int().nonnegative(),
    questions_answered: z.int().nonnegative(),
    eta_s: z.number().nonnegative().nullable(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof progressSchema>;

export const jobSchema = z
  .object({
    id: idSchema('job'),
    status: jobStatusSchema,
    stage: stageSchema.nullable(),
    video_id: idSchema('video'),
    memory_id: idSchema('memory'),
    progress: progressSchema,
    questions: z.array(questionSchema),
    error: problemSchema.nullable(),
    metadata: z.record(z.string(), z.json()).nullable(),
    timings_s: z.object({
      queued: z.number(),
      perceive: z.number(),
      remember: z.number(),
      answer: z.number(),
    }),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;

/** A job in a list: without what its submitter and its answers make large. */
export const jobSummarySchema = jobSchema
  .omit({ questions: true, metadata: true })
  .meta({ id: 'JobSummary' });
export type JobSummary = z.infer<typeof jobSummarySchema>;
