import { z } from 'zod';
import { quizQuestionSchema } from './quiz.js';
import { traceItemSchema } from './question.js';

/** A worked example: a question on a clip with its truth, and what the shipped model answered. */
export const exampleSchema = z
  .object({
    ...quizQuestionSchema.shape,
    clip: z.string().meta({ description: 'the clip’s name within its set' }),
    truth: z.string(),
    model: z.string().meta({ description: 'which model answered, as name@version' }),
    answer: z.object({
      text: z.string(),
      choice: z.string().nullable(),
      unit: z.string().nullable(),
      confidence: z.number().min(0).max(1),
      trace: z.array(traceItemSchema),
      evidence_s: z.array(z.number().nonnegative()).meta({ description: 'moments that it attended to' }),
    }),
    score: z.number().min(0).max(1),
    right: z.boolean(),
    blind: z.object({ answer: z.string(), score: z.number().min(0).max(1) }).nullable(),
    why: z
      .string()
      .nullable()
      .meta({ description: 'where the model’s trace differs from the room; null of a right answer' }),
  })
  .meta({ id: 'Example' });
export type Example = z.infer<typeof exampleSchema>;

/** What the file examples.json of a quiz set holds. */
export const examplesSchema = z.array(exampleSchema);
