import type { BenchmarkRecord } from '@loci/contracts';
import { taskOf } from './tasks.js';

/**
 * The truth of a record: the letter of a choice (or the option itself), or a number; undefined without one.
 * @throws RangeError for an unknown question type
 */
export function recordTruth({
  question_type,
  ground_truth,
  mc_answer,
}: Pick<BenchmarkRecord, 'question_type' | 'ground_truth' | 'mc_answer'>): string | undefined {
  const isChoice = taskOf(question_type).kind === 'choice';
  return (isChoice ? (mc_answer ?? ground_truth) : ground_truth)?.trim();
}

/** Where the video of a record may be, from the folder of its file, in the order of the search. */
export const recordVideos = ({
  dataset,
  scene_name,
  video_path,
}: Pick<BenchmarkRecord, 'dataset' | 'scene_name' | 'video_path'>): string[] => [
  ...(video_path === undefined ? [] : [video_path]),
  `${dataset}/${scene_name}.mp4`,
  `${scene_name}.mp4`,
  // other wordings of the questions beside it
  `../${scene_name}.mp4`,
];
