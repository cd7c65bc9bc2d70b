import { z } from 'zod';

/** Why a question has no answer, by stable names: never reused or renamed. */
export const REFUSAL_REASONS = [
  'not_about_space',
  'other_language',
  'no_question',
  'no_such_task',
  'not_answered_yet',
  'unknown_thing',
  'not_seen',
  'needs_options',
  'moment_outside',
  'incomplete',
  'unclear',
  'unknown_scale',
] as const;
export const refusalReasonSchema = z.enum(REFUSAL_REASONS);
export type RefusalReason = z.infer<typeof refusalReasonSchema>;

/** A thing that a question names. */
export const namedThingSchema = z
  .object({
    text: z.string().meta({ description: 'as the question spells it' }),
    category: z
      .string()
      .nullable()
      .meta({ description: 'of the model; null for a thing that it does not know' }),
    role: z.string().meta({ description: 'what it is to the question: target, anchor, candidate …' }),
  })
  .meta({ id: 'NamedThing' });
export type NamedThing = z.infer<typeof namedThingSchema>;

/** How a question was taken. */
export const understoodSchema = z
  .object({
    task: z.string(),
    question: z
      .string()
      .nullable()
      .meta({ description: 'the canonical question that was answered; null where none could be composed' }),
    things: z.array(namedThingSchema),
    unit: z.string().nullable().meta({ description: 'the unit asked for; null where none was named' }),
    moments: z.array(z.number()).meta({ description: 'seconds of the video' }),
  })
  .meta({ id: 'Understood' });
export type Understood = z.infer<typeof understoodSchema>;
