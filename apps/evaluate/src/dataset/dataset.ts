import { existsSync } from 'node:fs';
import { DatasetError, type Item } from './records.js';

/** What is measured: numbers and letters of VSI-Bench and VSTI-Bench, or words. */
export type Benchmark = 'spatial' | 'scanqa' | 'sqa3d';

export interface EvalQuestion {
  id: string;
  /** Names the video within the data set. */
  scene: string;
  /** Of VSI-Bench or VSTI-Bench; for answers in words the kind of question: what, is, how, can, which, other. */
  questionType: string;
  /** What is sent: with SQA3D's situation before it. */
  question: string;
  options: string[] | null;
  /** A letter or a number for spatial questions; every answer that people gave for others. */
  truths: string[];
  /** Left out of VSI-Bench's debiased variant. */
  pruned: boolean;
  /** Where the video may lie, in the order in which it is looked for. */
  videos: string[];
  item: Item;
}

export interface Dataset {
  name: string;
  benchmark: Benchmark;
  questions: EvalQuestion[];
  /** To fit the blind baseline on; null where there are none. */
  train: EvalQuestion[] | null;
}

/** A video with its questions. */
export interface VideoQuestions {
  scene: string;
  file: string;
  questions: EvalQuestion[];
}

/** Names a question within its data set. Ids alone are not unique everywhere. */
export const keyOf = ({
  scene,
  questionType,
  id,
}: Pick<EvalQuestion, 'scene' | 'questionType' | 'id'>): string => `${scene} ${questionType} ${id}`;

/** The same questions. @throws DatasetError at the second of two that have one name */
export function checkNames(questions: EvalQuestion[]): EvalQuestion[] {
  const seen = new Map<string, number>();
  for (const question of questions) {
    const before = seen.get(keyOf(question));
    if (before !== undefined)
      throw new DatasetError(question.item, `the id ${question.id} was already used on line ${before}`);
    seen.set(keyOf(question), question.item.line);
  }
  return questions;
}

/** Questions by their videos, in their order. @throws DatasetError at the first question whose video is missing */
export function byVideo(questions: readonly EvalQuestion[]): VideoQuestions[] {
  return Array.from(
    Map.groupBy(questions, ({ scene }) => scene),
    ([scene, own]) => {
      const [first] = own;
      const file = first?.videos.find(existsSync);
      if (first === undefined || file === undefined)
        throw new DatasetError(
          first?.item ?? { file: scene },
          `there is no video of ${scene}: looked for ${first?.videos.join(', ') ?? ''}`,
        );
      return { scene, file, questions: own };
    },
  );
}
