import { z } from 'zod';
import { idSchema } from './ids.js';
import { answerSchema, questionStatusSchema } from './question.js';

/** Most questions of a round. */
const MAX_QUESTIONS = 20;

/** Clips with questions whose truths are known. */
export const quizSetSchema = z
  .object({
    id: z.string().meta({ description: 'the name of its folder' }),
    clips: z.int().positive(),
    questions: z.int().positive(),
    question_types: z.array(z.string()),
  })
  .meta({ id: 'QuizSet' });
export type QuizSet = z.infer<typeof quizSetSchema>;

/** Which round is begun. The same seed draws the same round; the next ones draw other questions. */
export const beginRoundSchema = z
  .strictObject({
    set: z.string().min(1).max(200).optional().meta({ description: 'the first one unless given' }),
    seed: z.int().nonnegative().optional().meta({ description: 'a random one unless given' }),
    questions: z.int().min(1).max(MAX_QUESTIONS).default(10),
  })
  .meta({ id: 'BeginRound' });
export type BeginRound = z.infer<typeof beginRoundSchema>;

/** A question of a round, without its truth. */
export const quizQuestionSchema = z
  .object({
    id: z.string(),
    question_type: z.string(),
    question: z.string(),
    options: z.array(z.string()).nullable().meta({ description: 'the letters A, B, … in their order' }),
    unit: z.string().nullable().meta({ description: 'of a number, where it has one' }),
  })
  .meta({ id: 'QuizQuestion' });
export type QuizQuestion = z.infer<typeof quizQuestionSchema>;

/** A round: questions on one clip, which is a video like any other. A job asks Loci the same ones. */
export const quizRoundSchema = z
  .object({
    id: idSchema('job').meta({ description: 'that of the job' }),
    set: z.string(),
    seed: z.int().nonnegative(),
    video_id: idSchema('video'),
    memory_id: idSchema('memory'),
    questions: z.array(quizQuestionSchema),
  })
  .meta({ id: 'QuizRound' });
export type QuizRound = z.infer<typeof quizRoundSchema>;

/** A person's answer to a question of a round. */
export const quizAnswerSchema = z
  .strictObject({
    question_id: z.string().min(1).max(200),
    answer: z.string().trim().min(1).max(100).meta({ description: 'a letter, or a number' }),
  })
  .meta({ id: 'QuizAnswer' });
export type QuizAnswer = z.infer<typeof quizAnswerSchema>;

/** The least score of an answer that counts as right: a number is less than 30 % off. */
export const RIGHT_FROM = 0.5;

const judgedSchema = z.object({
  score: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'mean relative accuracy of a number; 1 or 0 of a letter' }),
  right: z
    .boolean()
    .meta({ description: `a score of ${RIGHT_FROM} or more: a number is less than 30 % off` }),
});

/** What is told once a person has answered. */
export const quizResultSchema = z
  .object({
    ...judgedSchema.shape,
    truth: z.string(),
    loci: z
      .object({
        status: questionStatusSchema,
        answer: answerSchema.nullable().meta({ description: 'with its evidence; null until it has one' }),
        ...judgedSchema.partial().shape,
      })
      .meta({ description: 'the service’s own answer, without a score until it is there' }),
    blind: z
      .object({ answer: z.string(), ...judgedSchema.shape })
      .nullable()
      .meta({ description: 'a guess from the truths of other clips; null where there are none' }),
  })
  .meta({ id: 'QuizResult' });
export type QuizResult = z.infer<typeof quizResultSchema>;
