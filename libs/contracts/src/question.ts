import { z } from 'zod';
import { idSchema } from './ids.js';
import { problemSchema } from './problem.js';
import { refusalReasonSchema, understoodSchema } from './refusal.js';

/** Characters of a question, at most. */
export const MAX_QUESTION_LENGTH = 2000;

/** Options of a question, at most: as many as there are letters. */
export const MAX_OPTIONS = 26;

/** A question with its options, with or without their letters. */
export const askSchema = z
  .strictObject({
    question: z.string().trim().min(1).max(MAX_QUESTION_LENGTH),
    options: z.array(z.string().trim().min(1).max(500)).min(2).max(MAX_OPTIONS).optional(),
    as_of_s: z
      .number()
      .nonnegative()
      .optional()
      .meta({ description: 'answer from the memory as it stood at this second of the video' }),
  })
  .meta({ id: 'Ask' });
export type Ask = z.infer<typeof askSchema>;

export const vec3Schema = z.tuple([z.number(), z.number(), z.number()]);
export type Vec3 = z.infer<typeof vec3Schema>;

export const entryKindSchema = z.enum(['working', 'episodic']);
export type EntryKind = z.infer<typeof entryKindSchema>;

/** A memory entry that an answer attended to. The weights of one answer sum to at most 1. */
export const evidenceSchema = z
  .object({
    entry_kind: entryKindSchema,
    slot: z.int().nonnegative(),
    frame: z.int().nonnegative(),
    t_s: z.number().nonnegative(),
    weight: z.number().min(0).max(1),
    thumbnail_url: z.string(),
  })
  .meta({ id: 'Evidence' });
export type Evidence = z.infer<typeof evidenceSchema>;

/** One object that the decoder located before it answered. Position in world metres, size in centimetres. */
export const traceItemSchema = z
  .object({
    text: z.string(),
    category: z.string().optional(),
    position: vec3Schema.optional(),
    size: z.number().optional(),
    count: z.int().optional(),
    first_seen_s: z.number().optional(),
  })
  .meta({ id: 'TraceItem' });
export type TraceItem = z.infer<typeof traceItemSchema>;

export const answerSchema = z
  .object({
    text: z.string(),
    kind: z.enum(['number', 'choice', 'text']),
    value: z.number().nullable(),
    unit: z.string().nullable(),
    choice: z.string().nullable(),
    confidence: z.number().min(0).max(1),
    trace: z.array(traceItemSchema),
    out_of_domain: z.object({ score: z.number(), flag: z.boolean() }),
    supported: z.boolean(),
    understood: understoodSchema.nullable().default(null).meta({
      description: 'how the question was taken; null of a model without a reader, or where it has no task',
    }),
    reason: refusalReasonSchema
      .nullable()
      .default(null)
      .meta({ description: 'why there is no answer; null where there is one, or the model has no reader' }),
    message: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'what can be asked instead, one sentence; null where there is an answer' }),
    evidence: z.array(evidenceSchema),
  })
  .meta({ id: 'Answer' });
export type Answer = z.infer<typeof answerSchema>;

export const questionStatusSchema = z.enum(['queued', 'answered', 'failed', 'canceled']);
export type QuestionStatus = z.infer<typeof questionStatusSchema>;

export const questionSchema = z
  .object({
    id: idSchema('question'),
    status: questionStatusSchema,
    question: z.string(),
    options: z.array(z.string()).nullable(),
    as_of_s: z.number().nullable(),
    memory_id: idSchema('memory'),
    job_id: idSchema('job').nullable(),
    answer: answerSchema.nullable(),
    error: problemSchema.nullable(),
    created_at: z.iso.datetime(),
    latency_s: z
      .number()
      .nullable()
      .meta({ description: 'from the moment it could be answered to its answer' }),
  })
  .meta({ id: 'Question' });
export type Question = z.infer<typeof questionSchema>;
