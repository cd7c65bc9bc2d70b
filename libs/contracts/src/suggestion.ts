import { z } from 'zod';

/** A question that fits what is in a memory, as a person might ask it. */
export const suggestionSchema = z
  .object({
    question: z.string(),
    options: z.array(z.string()).nullable(),
    task: z.string().meta({ description: 'the model’s task that it belongs to' }),
  })
  .meta({ id: 'Suggestion' });
export type Suggestion = z.infer<typeof suggestionSchema>;
