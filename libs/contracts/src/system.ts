import { z } from 'zod';
import { idSchema } from './ids.js';
import { problemSchema } from './problem.js';
import { stageSchema, type Stage } from './queue.js';

const count = z.int().nonnegative();

/** Deliveries of a stage's queue, by their state. */
const queueCountsSchema = z.object({ waiting: count, active: count, delayed: count });

/** A worker that lives, with what it has begun. */
export const workerSchema = z
  .object({
    number: z.int().meta({ description: 'its number among those that work on the database' }),
    work: z.array(
      z.object({
        memory_id: idSchema('memory'),
        work: z.string().meta({ description: 'such as `perceive 3` or `answer q_…`' }),
        begun_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'Worker' });
export type Worker = z.infer<typeof workerSchema>;

/** A memory that could not be built, or a question that could not be answered. */
export const failureSchema = z
  .object({
    stage: stageSchema.nullable().meta({ description: '`answer` for a question; null for a memory' }),
    tenant: z.string(),
    memory_id: idSchema('memory'),
    question_id: idSchema('question').nullable(),
    error: problemSchema,
    at: z.iso.datetime(),
  })
  .meta({ id: 'Failure' });
export type Failure = z.infer<typeof failureSchema>;

/** GET /v1/system: how the installation stands. */
export const systemSchema = z
  .object({
    away: z
      .array(z.enum(['queue', 'store']))
      .meta({ description: 'what cannot be reached just now; what it would tell is null' }),
    queues: z
      .object({
        perceive: queueCountsSchema,
        remember: queueCountsSchema,
        answer: queueCountsSchema,
      } satisfies Record<Stage, z.ZodType>)
      .nullable(),
    workers: z.array(workerSchema),
    failures: z.array(failureSchema).meta({ description: 'of all tenants, the newest first' }),
    versions: z.object({
      app: z.string(),
      models: z.array(z.string()),
      node: z.string(),
      ffmpeg: z.string(),
      postgres: z.string(),
    }),
    disk: z
      .object({ free_bytes: count, total_bytes: count })
      .nullable()
      .meta({ description: 'of the folder that holds the objects; null where a bucket does' }),
    links: z.object({
      docs: z.string(),
      openapi: z.string(),
      metrics: z.string(),
      queues: z.string().meta({ description: 'opens with a token of `POST /v1/system/queues-token`' }),
    }),
  })
  .meta({ id: 'System' });
export type System = z.infer<typeof systemSchema>;
