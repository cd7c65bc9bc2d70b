import { existsSync } from 'node:fs';
import type { World } from '@loci/contracts';
import type { OwnWords } from './own-words.js';
import { DatasetError, type Item } from './records.js';
import type { Walk } from './walk.js';

/** The kind of data set: VSI-Bench and VSTI-Bench have numbers and letters, the others words. */
export type Benchmark = 'spatial' | 'scanqa' | 'sqa3d';

/** A question of a data set. */
export interface EvalQuestion {
  id: string;
  /** The video's name within the data set. */
  scene: string;
  /** Of VSI-Bench or VSTI-Bench; for words the kind of question: what, is, how, can, which, other. */
  questionType: string;
  /** The text that is sent; it begins with the situation in SQA3D. */
  question: string;
  options: string[] | null;
  /**
   * A letter or a number for spatial questions; for others every answer that people gave. Where the options
   * stand in the question only, the option itself. None of an unanswerable question.
   */
  truths: string[];
  /** Left out of VSI-Bench's debiased variant. */
  pruned: boolean;
  /** Paths where the video may be, in the order of the search. */
  videos: string[];
  /** How a question in own words is to be taken; null in benchmarks. */
  ownWords: OwnWords | null;
  /** The record that it was read from. */
  item: Item;
}

export interface Dataset {
  name: string;
  benchmark: Benchmark;
  /** What its clips show; null where nobody said. */
  world: World | null;
  questions: EvalQuestion[];
  /** Questions to fit the blind baseline on; null when there are none. */
  train: EvalQuestion[] | null;
  /** Where the camera of the one clip was; null where nobody measured it. */
  walk: Walk | null;
}

/** Seconds of nothing new that a clip was given, which move its later moments. */
export interface Inserted {
  /** From this moment of the clip on. */
  atS: number;
  seconds: number;
}

/** A video with its questions. */
export interface VideoQuestions {
  scene: string;
  file: string;
  questions: EvalQuestion[];
  /** What the file shows beside the video that the questions are about; null: it is that video. */
  inserted: Inserted | null;
}

type QuestionNames = Pick<EvalQuestion, 'scene' | 'questionType' | 'id'>;

/** Names a question within its data set, where ids alone need not be unique. */
export const keyOf = ({ scene, questionType, id }: QuestionNames): string => `${scene} ${questionType} ${id}`;

/**
 * Checks that no two questions have the same key, and returns them.
 * @throws DatasetError at the second of two
 */
export function checkKeys(questions: EvalQuestion[]): EvalQuestion[] {
  const seen = new Map<string, number>();
  for (const question of questions) {
    const before = seen.get(keyOf(question));
    if (before !== undefined)
      throw new DatasetError(question.item, `the id ${question.id} was already used on line ${before}`);
    seen.set(keyOf(question), question.item.line);
  }
  return questions;
}

/**
 * Groups questions by their videos. Their order stays.
 * @throws DatasetError at the first question whose video is missing
 */
export function byVideo(questions: readonly EvalQuestion[]): VideoQuestions[] {
  return Array.from(
    Map.groupBy(questions, ({ scene }) => scene),
    ([scene, group]) => {
      const [first] = group;
      const file = first?.videos.find(existsSync);
      if (first === undefined || file === undefined)
        throw new DatasetError(
          first?.item ?? { file: scene },
          `there is no video of ${scene}: looked for ${first?.videos.join(', ') ?? ''}`,
        );
      return { scene, file, questions: group, inserted: null };
    },
  );
}
