import { join } from 'node:path';
import { numberIn, QUESTION_TYPES, taskOf } from '@loci/scoring';
import { z } from 'zod';
import { checkKeys, type EvalQuestion } from './dataset.js';
import { parseItem, readItems, textOrNumber } from './records.js';

/**
 * A record of VSI-Bench or VSTI-Bench. The latter has the letter of a choice in `mc_answer`, and the path of
 * its video in `video_path`.
 */
const recordSchema = z
  .object({
    id: textOrNumber,
    dataset: z.string().min(1),
    scene_name: z.string().min(1),
    question_type: z.enum(QUESTION_TYPES),
    question: z.string().min(1),
    options: z
      .array(z.string())
      .nullish()
      .transform((options) => (options?.length ? options : null)),
    ground_truth: textOrNumber,
    mc_answer: z.string().nullish(),
    pruned: z.boolean().default(false),
    video_path: z.string().optional(),
  })
  .transform((record, context) => {
    const { kind } = taskOf(record.question_type);
    const isChoice = kind === 'choice';
    const truth = isChoice
      ? (record.mc_answer ?? record.ground_truth).trim().toUpperCase()
      : record.ground_truth.trim();
    const fault = isChoice ? choiceFault(truth, record.options) : numberFault(truth);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    return { ...record, truth, options: isChoice ? record.options : null };
  });

const numberFault = (truth: string): string | null =>
  numberIn(truth) === null ? `ground_truth: ${truth} is no number` : null;

function choiceFault(truth: string, options: string[] | null): string | null {
  if (options === null || options.length < 2) return 'options: a choice needs at least two';
  const index = /^[A-Z]$/.test(truth) ? truth.charCodeAt(0) - 'A'.charCodeAt(0) : options.length;
  return index < options.length ? null : `${truth} is none of the letters of ${options.length} options`;
}

/**
 * Reads questions in the format of VSI-Bench or VSTI-Bench: JSON lines, or one JSON array.
 * @throws DatasetError
 */
export async function readSpatial(file: string, root: string): Promise<EvalQuestion[]> {
  const items = await readItems(file);
  return checkKeys(
    items.map((item) => {
      const { id, dataset, scene_name, question_type, question, options, truth, pruned, video_path } =
        parseItem(recordSchema, item);
      const paths = [
        ...(video_path === undefined ? [] : [video_path]),
        join(dataset, `${scene_name}.mp4`),
        `${scene_name}.mp4`,
      ];
      const videos = paths.map((path) => join(root, path));
      return {
        id,
        scene: `${dataset}/${scene_name}`,
        questionType: question_type,
        question,
        options,
        truths: [truth],
        pruned,
        videos,
        item,
      };
    }),
  );
}
