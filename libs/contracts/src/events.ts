import { z } from 'zod';
import { jobSchema, progressSchema, jobStatusSchema } from './job.js';
import { questionSchema } from './question.js';
import { stageSchema } from './queue.js';

/** The data of GET /v1/jobs/:id/events, by event name. Ids count up from 1 within a job. */
export const eventSchemas = {
  progress: z.object({ status: jobStatusSchema, stage: stageSchema.nullable(), progress: progressSchema }),
  answer: questionSchema,
  done: jobSchema,
} as const;
export type EventName = keyof typeof eventSchemas;
export type JobEvent = {
  [N in EventName]: { id: number; event: N; data: z.infer<(typeof eventSchemas)[N]> };
}[EventName];
