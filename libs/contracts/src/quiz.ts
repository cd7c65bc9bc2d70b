import { z } from 'zod';
import { idSchema } from './ids.js';
import { questionSchema } from './question.js';

/** A clip of the quiz. It becomes a video of the tenant's when its memory is asked for. */
export const quizClipSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    video_id: idSchema('video').nullable(),
    memory_id: idSchema('memory').nullable(),
  })
  .meta({ id: 'QuizClip' });
export type QuizClip = z.infer<typeof quizClipSchema>;

/** A question without its truth. */
export const quizQuestionSchema = z
  .object({
    id: z.string(),
    clip: z.string().meta({ description: 'id of its clip' }),
    task: z.string(),
    kind: z.enum(['number', 'choice']),
    question: z.string(),
    options: z
      .array(z.string())
      .nullable()
      .meta({ description: 'as they are shown; the answer is a letter' }),
    unit: z.string().nullable().meta({ description: 'of a number' }),
  })
  .meta({ id: 'QuizQuestion' });
export type QuizQuestion = z.infer<typeof quizQuestionSchema>;

/** The rounds of a quiz: the same number always draws the same questions. */
export const quizQuerySchema = z.object({
  round: z.coerce.number().int().min(1).max(1_000_000).default(1),
  questions: z.coerce.number().int().min(1).max(30).default(8),
});
export type QuizQuery = z.infer<typeof quizQuerySchema>;

export const quizRoundSchema = z
  .object({ round: z.int(), clips: z.array(quizClipSchema), questions: z.array(quizQuestionSchema) })
  .meta({ id: 'QuizRound' });
export type QuizRound = z.infer<typeof quizRoundSchema>;

export const quizAnswerSchema = z
  .strictObject({ answer: z.string().trim().min(1).max(100).meta({ description: 'a letter or a number' }) })
  .meta({ id: 'QuizAnswer' });
export type QuizAnswer = z.infer<typeof quizAnswerSchema>;

const scoredSchema = z.object({
  text: z.string(),
  score: z.number().min(0).max(1).meta({ description: 'of a number its mean relative accuracy' }),
  right: z.boolean().meta({ description: 'a score of at least one half' }),
});

/** What a person hears after an answer. */
export const quizVerdictSchema = z
  .object({
    truth: z.string(),
    person: scoredSchema,
    blind: scoredSchema
      .nullable()
      .meta({ description: 'of one who sees no video; null with too few questions' }),
    loci: z.object({
      question: questionSchema.meta({
        description: 'with its memory, and its answer and evidence once it has one',
      }),
      score: z.number().min(0).max(1).nullable(),
      right: z.boolean().nullable(),
    }),
  })
  .meta({ id: 'QuizVerdict' });
export type QuizVerdict = z.infer<typeof quizVerdictSchema>;

/** A worked example: a question of the quiz, with its truth and what there is to say about Loci's answer. */
export const quizExampleSchema = quizQuestionSchema
  .extend({ truth: z.string(), remark: z.string().nullable() })
  .meta({ id: 'QuizExample' });
export type QuizExample = z.infer<typeof quizExampleSchema>;
