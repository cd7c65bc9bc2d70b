import { z } from 'zod';
import { idSchema } from './ids.js';

/** The three stages, in the order in which a video goes through them; each has a queue of its name. */
export const STAGES = ['perceive', 'remember', 'answer'] as const;
export const stageSchema = z.enum(STAGES);
export type Stage = z.infer<typeof stageSchema>;

const chunk = z.int().nonnegative();

/** Payloads hold ids only; the data is in Postgres. */
export const payloadSchemas = {
  /** Chunks `chunk` to `last`, one after the other; without `last`, one chunk. */
  perceive: z.strictObject({ memory_id: idSchema('memory'), chunk, last: chunk.optional() }),
  remember: z.strictObject({ memory_id: idSchema('memory'), chunk }),
  answer: z.strictObject({ question_id: idSchema('question') }),
} as const;
export type Payloads = { [S in Stage]: z.infer<(typeof payloadSchemas)[S]> };

/** A queue job that should exist. Its id is a function of what it does, so adding it twice is harmless. */
export type Delivery = { [S in Stage]: { stage: S; id: string; payload: Payloads[S] } }[Stage];
