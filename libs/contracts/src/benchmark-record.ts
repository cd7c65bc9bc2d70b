import { z } from 'zod';

/** Names of the file of a data set's records. The first that exists counts. */
export const RECORD_FILES: readonly string[] = [
  'questions.jsonl',
  'questions.json',
  'test.jsonl',
  'test.json',
];

/** A text that some files hold as a number. */
export const textOrNumberSchema = z.union([z.string(), z.number()]).transform(String).pipe(z.string());

/**
 * A record of VSI-Bench or VSTI-Bench. The latter has the letter of a choice in `mc_answer`, and the path of
 * its video in `video_path`.
 */
export const benchmarkRecordSchema = z.object({
  id: textOrNumberSchema,
  dataset: z.string().min(1),
  scene_name: z.string().min(1),
  question_type: z.string(),
  question: z.string().min(1),
  options: z
    .array(z.string())
    .nullish()
    .transform((options) => (options?.length ? options : null))
    .pipe(z.array(z.string()).nullable()),
  ground_truth: textOrNumberSchema.nullish(),
  mc_answer: z.string().nullish(),
  pruned: z.boolean().default(false),
  video_path: z.string().optional(),
});
export type BenchmarkRecord = z.infer<typeof benchmarkRecordSchema>;
