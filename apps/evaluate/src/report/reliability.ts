import type { CalibrationByKind, OutOfDomain } from '@loci/contracts';
import { calibration, estimate, taskOf } from '@loci/scoring';
import type { Benchmark } from '../dataset/dataset.js';
import type { JudgedAnswer } from './judge.js';

/** Calibration by kind of answer. A number's score is its mean relative accuracy. */
export function calibrationOf(benchmark: Benchmark, answered: readonly JudgedAnswer[]): CalibrationByKind {
  const kindOf = (questionType: string) => (benchmark === 'spatial' ? taskOf(questionType).kind : 'words');
  const calibrationOfKind = (kind: 'choice' | 'number' | 'words') =>
    calibration(
      answered.flatMap(({ row, question, score }) =>
        kindOf(question.questionType) === kind && row.confidence !== null
          ? [{ confidence: row.confidence, score }]
          : [],
      ),
    );
  return {
    choices: calibrationOfKind('choice'),
    numbers: calibrationOfKind('number'),
    words: calibrationOfKind('words'),
  };
}

/** All answers on a video agree on whether it is out of the model's domain. */
export function outOfDomain(answered: readonly JudgedAnswer[]): OutOfDomain | null {
  const byScene = new Map(
    answered.flatMap(({ row }) => (row.out_of_domain === null ? [] : [[row.scene, row.out_of_domain]])),
  );
  const videos = [...byScene.values()];
  if (videos.length === 0) return null;
  const flagged = videos.filter(({ flag }) => flag).length;
  return {
    videos: videos.length,
    flagged,
    share: flagged / videos.length,
    mean_score: estimate(videos.map(({ score }) => score)).score,
  };
}
