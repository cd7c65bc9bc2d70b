import type { CodeVersion, Evaluation, WordScores } from '@loci/contracts';
import { sum, textScores } from '@loci/scoring';
import { canonicalQuestions } from '../dataset/canonical.js';
import type { Dataset } from '../dataset/dataset.js';
import { UNANSWERABLE } from '../dataset/own-words.js';
import type { AnswerRow, VideoFacts } from '../run/answers-file.js';
import { blindGuesses } from './blind.js';
import { frameGroups, horizonGroups } from './groups.js';
import { judge, type JudgedAnswer } from './judge.js';
import { readingScores, type ReadingScores } from './reading.js';
import { calibrationOf, outOfDomain } from './reliability.js';
import { tablesOf } from './tables.js';
import type { WalkScores } from './walk.js';
import { wordingScores, type WordingScores } from './wording.js';

/** The content of report.json: what GET /v1/report shows of it, and how words were taken. */
export interface Report extends Evaluation {
  /** Answerable questions that the service refused, by its reasons. They count as wrong. */
  refusals: { reason: string; questions: number }[];
  /** How questions in own words were read; null in other data sets. */
  reading: ReadingScores | null;
  /** Own words against the wordings that mean the same; null in other data sets. */
  wording: WordingScores | null;
  /** Of a walk whose camera is known; null of other data sets. */
  walk: WalkScores | null;
}

/** Summarises the answers of a run, without what is known of a walk. Pure, except for `made_at`. */
export function summarise(dataset: Dataset, rows: readonly AnswerRow[], code: CodeVersion | null): Report {
  const isOwnWords = dataset.questions.some(({ ownWords }) => ownWords !== null);
  const blind = isOwnWords ? null : blindGuesses(dataset);
  const all = judge(dataset, rows, blind?.guesses ?? null);
  // an unanswerable question has no truth, and so no score
  const judged = all.filter(({ question }) => question.questionType !== UNANSWERABLE);
  const canonical = { ...dataset, questions: canonicalQuestions(dataset.questions) };
  const answered = judged.filter(({ row }) => row.status === 'answered');
  const kept = judged.filter(({ question }) => !question.pruned);
  const videos = [
    ...new Map(judged.flatMap(({ row }) => (row.video === null ? [] : [[row.scene, row.video]]))).values(),
  ];
  return {
    dataset: { name: dataset.name, benchmark: dataset.benchmark, world: dataset.world },
    model: videos[0]?.model ?? null,
    code,
    made_at: new Date().toISOString(),
    counts: countsOf(dataset, judged, answered, { videos: videos.length, asked: all.length }),
    failures: byReason(all.map(({ row }) => row.reason)),
    refusals: byReason(answered.map(({ row }) => row.refusal)),
    reading: isOwnWords ? readingScores(all) : null,
    wording: wordingScores(judged, judge(canonical, rows, null)),
    walk: null,
    blind_fitted_on: blind?.fittedOn ?? null,
    tables: tablesOf(dataset.benchmark, judged),
    debiased: kept.length === judged.length ? null : tablesOf(dataset.benchmark, kept),
    words: dataset.benchmark === 'spatial' || judged.length === 0 ? null : wordScores(judged),
    horizon: horizonGroups(dataset.benchmark, judged),
    frames: frameGroups(dataset.benchmark, judged),
    timings: timingsOf(judged, videos),
    calibration: calibrationOf(dataset.benchmark, answered),
    out_of_domain: outOfDomain(answered),
  };
}

function countsOf(
  dataset: Dataset,
  judged: readonly JudgedAnswer[],
  answered: readonly JudgedAnswer[],
  { videos, asked }: { videos: number; asked: number },
): Report['counts'] {
  const scenes = new Set(judged.map(({ row }) => row.scene)).size;
  return {
    questions: judged.length,
    answered: answered.length,
    failed: judged.length - answered.length,
    unsupported: answered.filter(({ row }) => row.supported === false).length,
    videos: scenes,
    failed_videos: scenes - videos,
    without_answer_yet: dataset.questions.length - asked,
  };
}

/** Questions by the reason of their failure. */
const byReason = (reasons: readonly (string | null)[]): Report['failures'] =>
  Array.from(
    Map.groupBy(
      reasons.flatMap((reason) => reason ?? []),
      (reason) => reason,
    ),
    ([reason, group]) => ({ reason, questions: group.length }),
  );

function wordScores(judged: readonly JudgedAnswer[]): WordScores {
  const scores = textScores(
    judged.map(({ row, question }) => ({ answer: row.prediction, references: question.truths })),
  );
  return {
    em: 100 * scores.exactMatch.score,
    em_refined: 100 * scores.refinedMatch.score,
    bleu_4: 100 * scores.bleu4,
    meteor: 100 * scores.meteor,
    rouge_l: 100 * scores.rougeL.score,
    cider: 100 * scores.cider.score,
  };
}

function timingsOf(judged: readonly JudgedAnswer[], videos: readonly VideoFacts[]): Report['timings'] {
  const minutes = sum(videos.map(({ duration_s }) => duration_s)) / 60;
  const perMinute = (seconds: number[]) => (minutes === 0 ? 0 : sum(seconds) / minutes);
  const latencies = judged.flatMap(({ row }) => row.latency_s ?? []).sort((a, b) => a - b);
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return {
    videos: videos.length,
    video_minutes: minutes,
    build_s_per_video_minute: perMinute(videos.map(({ build_s }) => build_s)),
    wall_s_per_video_minute: perMinute(videos.map(({ wall_s }) => wall_s)),
    latency_s: latencies.length === 0 ? null : { median: quantile(0.5), p95: quantile(0.95) },
  };
}
