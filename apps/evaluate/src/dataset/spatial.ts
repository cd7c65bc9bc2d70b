import { join } from 'node:path';
import { benchmarkRecordSchema, type BenchmarkRecord } from '@loci/contracts';
import { QUESTION_TYPES, recordTruth, recordVideos, taskOf, truthFault } from '@loci/scoring';
import { z } from 'zod';
import { checkKeys, type EvalQuestion } from './dataset.js';
import { ownWordsSchema, UNANSWERABLE } from './own-words.js';
import { parseItem, readItems } from './records.js';

const recordSchema = benchmarkRecordSchema
  .extend({
    question_type: z.enum([...QUESTION_TYPES, UNANSWERABLE]),
    /** A record with a canonical wording is a question in a person's own words. */
    canonical: z.string().nullish(),
  })
  .loose()
  .transform((record, context) => {
    const ownWords = 'canonical' in record ? ownWordsSchema.safeParse(record) : null;
    for (const { path, message } of ownWords?.error?.issues ?? [])
      context.addIssue({ code: 'custom', message: `${path.join('.')}: ${message}` });
    const isChoice = record.question_type !== UNANSWERABLE && taskOf(record.question_type).kind === 'choice';
    const { truth, fault } = truthOf(record, isChoice, ownWords !== null);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    const options = isChoice || ownWords !== null ? record.options : null;
    return { ...record, truths: truth === null ? [] : [truth], options, ownWords: ownWords?.data ?? null };
  });

interface Truth {
  truth: string | null;
  fault: string | null;
}

/** The truth of a record: a letter, a number, or in own words without options the option itself. */
function truthOf(
  record: Pick<BenchmarkRecord, 'question_type' | 'options' | 'ground_truth' | 'mc_answer'>,
  isChoice: boolean,
  isOwnWords: boolean,
): Truth {
  if (record.question_type === UNANSWERABLE)
    return { truth: null, fault: isOwnWords ? null : 'question_type: none is for questions in own words' };
  const truth = recordTruth(record);
  if (truth === undefined) return { truth: null, fault: 'ground_truth: it is missing' };
  if (isChoice && isOwnWords && record.options === null) return { truth, fault: null };
  const fault = truthFault(record.question_type, truth, record.options);
  return { truth: isChoice ? truth.toUpperCase() : truth, fault };
}

/**
 * Reads questions in the format of VSI-Bench or VSTI-Bench: JSON lines, or one JSON array.
 * @throws DatasetError
 */
export async function readSpatial(file: string, root: string): Promise<EvalQuestion[]> {
  const items = await readItems(file);
  return checkKeys(
    items.map((item) => {
      const record = parseItem(recordSchema, item);
      const { id, dataset, scene_name, question_type, question, options } = record;
      const { truths, pruned, ownWords } = record;
      const videos = recordVideos(record).map((path) => join(root, path));
      return {
        id,
        scene: `${dataset}/${scene_name}`,
        questionType: question_type,
        question,
        options,
        truths,
        pruned,
        videos,
        ownWords,
        item,
      };
    }),
  );
}
