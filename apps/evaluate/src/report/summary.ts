import {
  calibration,
  estimate,
  horizonOf,
  HORIZONS,
  SPATIAL_BENCHMARKS,
  sum,
  taskOf,
  textScores,
  type Calibration,
} from '@loci/scoring';
import { keyOf, type Dataset, type EvalQuestion } from '../dataset/dataset.js';
import type { AnswerRow, VideoFacts } from '../run/answers-file.js';
import { scoreOf } from '../run/row.js';
import { blindGuesses } from './blind.js';
import type { CodeVersion } from './provenance.js';
import { tableOf, type JudgedAnswer, type ScoreTable } from './tables.js';

/** What report.json holds. Scores are 0 to 100, but those of calibration, which are 0 to 1. */
export interface Report {
  dataset: { name: string; benchmark: string };
  model: string | null;
  code: CodeVersion | null;
  made_at: string;
  counts: {
    questions: number;
    answered: number;
    failed: number;
    unsupported: number;
    videos: number;
    failed_videos: number;
    without_answer_yet: number;
  };
  failures: { reason: string; questions: number }[];
  blind_fitted_on: string | null;
  tables: ScoreTable[];
  /** The same tables over VSI-Bench's debiased variant; null where no question is left out of it. */
  debiased: ScoreTable[] | null;
  words: WordScores | null;
  horizon: GroupScore[];
  frames: GroupScore[];
  timings: {
    videos: number;
    video_minutes: number;
    build_s_per_video_minute: number;
    wall_s_per_video_minute: number;
    latency_s: { median: number; p95: number } | null;
  };
  calibration: { choices: Calibration | null; numbers: Calibration | null; words: Calibration | null };
  out_of_domain: { videos: number; flagged: number; share: number; mean_score: number } | null;
}

export interface WordScores {
  em: number;
  em_refined: number;
  bleu_4: number;
  meteor: number;
  rouge_l: number;
  cider: number;
}

/** The average of one benchmark over one group of videos. */
export interface GroupScore {
  benchmark: string;
  group: string;
  score: number;
  standard_error: number | null;
  blind: number | null;
  questions: number;
}

/** Everything that a run's answers say. Pure, but for the moment that it names. */
export function summarise(dataset: Dataset, rows: readonly AnswerRow[], code: CodeVersion | null): Report {
  const blind = blindGuesses(dataset);
  const judged = judge(dataset, rows, blind?.guesses ?? null);
  const answered = judged.filter(({ row }) => row.status === 'answered');
  const videos = new Map(
    judged.flatMap(({ row }) => (row.video === null ? [] : [[row.scene, row] as const])),
  );
  const scenes = new Set(judged.map(({ row }) => row.scene));
  const debiased = judged.some(({ question }) => question.pruned)
    ? judged.filter(({ question }) => !question.pruned)
    : null;
  return {
    dataset: { name: dataset.name, benchmark: dataset.benchmark },
    model: videos.values().next().value?.video?.model ?? null,
    code,
    made_at: new Date().toISOString(),
    counts: {
      ...{
        questions: judged.length,
        answered: answered.length,
        failed: judged.length - answered.length,
        unsupported: answered.filter(({ row }) => row.supported === false).length,
      },
      ...{
        videos: scenes.size,
        failed_videos: scenes.size - videos.size,
        without_answer_yet: dataset.questions.length - judged.length,
      },
    },
    failures: Array.from(
      Map.groupBy(
        judged.filter(({ row }) => row.reason !== null),
        ({ row }) => row.reason ?? '',
      ),
      ([reason, own]) => ({ reason, questions: own.length }),
    ),
    blind_fitted_on: blind?.fittedOn ?? null,
    tables: tablesOf(dataset, judged),
    debiased: debiased === null ? null : tablesOf(dataset, debiased),
    words: dataset.benchmark === 'spatial' || judged.length === 0 ? null : wordScores(judged),
    horizon: HORIZONS.flatMap((group) =>
      groupScores(
        dataset,
        group,
        judged.filter(({ row }) => row.video !== null && horizonOf(row.video.duration_s) === group),
      ),
    ),
    frames: frameGroups(judged).flatMap(([group, own]) => groupScores(dataset, group, own)),
    timings: timingsOf(
      judged,
      [...videos.values()].flatMap(({ video }) => video ?? []),
    ),
    calibration: calibrationOf(dataset, answered),
    out_of_domain: outOfDomain(answered),
  };
}

/** The rows with their questions, in the data set's order. Scores are computed anew, so that an old run can be reported by newer code. */
export function judge(
  dataset: Dataset,
  rows: readonly AnswerRow[],
  guesses: Map<string, string> | null,
): JudgedAnswer[] {
  const found = new Map(
    rows.map((row) => [keyOf({ scene: row.scene, questionType: row.question_type, id: row.id }), row]),
  );
  return dataset.questions.flatMap((question) => {
    const row = found.get(keyOf(question));
    const guess = guesses?.get(keyOf(question));
    return row === undefined
      ? []
      : [
          {
            row,
            question,
            score: row.status === 'failed' ? 0 : scoreOf(question, row.prediction),
            blind: guess === undefined ? null : scoreOf(question, guess),
          },
        ];
  });
}

const tablesOf = (dataset: Dataset, judged: readonly JudgedAnswer[]): ScoreTable[] =>
  (dataset.benchmark === 'spatial' ? SPATIAL_BENCHMARKS : [dataset.benchmark]).flatMap(
    (benchmark) => tableOf(benchmark, judged) ?? [],
  );

/** One number a benchmark: the macro average where there is one, else the flat mean. */
function groupScores(dataset: Dataset, group: string, judged: readonly JudgedAnswer[]): GroupScore[] {
  return tablesOf(dataset, judged).map(({ benchmark, macro, micro }) => ({
    benchmark,
    group,
    ...(macro ?? micro),
  }));
}

/** Videos by how many frames their memories were built from, a group for every doubling. */
function frameGroups(judged: readonly JudgedAnswer[]): [string, JudgedAnswer[]][] {
  const known = judged.flatMap((each) =>
    each.row.video === null
      ? []
      : [{ each, power: Math.floor(Math.log2(Math.max(1, each.row.video.frames))) }],
  );
  const groups = [...Map.groupBy(known, ({ power }) => power)].sort(([one], [other]) => one - other);
  return groups.map(([power, own]) => [`${2 ** power}–${2 ** (power + 1) - 1}`, own.map(({ each }) => each)]);
}

function wordScores(judged: readonly JudgedAnswer[]): WordScores {
  const scores = textScores(
    judged.map(({ row, question }) => ({ answer: row.prediction, references: question.truths })),
  );
  return {
    ...{
      em: 100 * scores.exactMatch.score,
      em_refined: 100 * scores.refinedMatch.score,
      bleu_4: 100 * scores.bleu4,
    },
    ...{ meteor: 100 * scores.meteor, rouge_l: 100 * scores.rougeL.score, cider: 100 * scores.cider.score },
  };
}

function timingsOf(judged: readonly JudgedAnswer[], videos: readonly VideoFacts[]): Report['timings'] {
  const minutes = sum(videos.map(({ duration_s }) => duration_s)) / 60;
  const latencies = judged.flatMap(({ row }) => row.latency_s ?? []).sort((a, b) => a - b);
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return {
    ...{ videos: videos.length, video_minutes: minutes },
    build_s_per_video_minute: minutes === 0 ? 0 : sum(videos.map(({ build_s }) => build_s)) / minutes,
    wall_s_per_video_minute: minutes === 0 ? 0 : sum(videos.map(({ wall_s }) => wall_s)) / minutes,
    latency_s: latencies.length === 0 ? null : { median: quantile(0.5), p95: quantile(0.95) },
  };
}

/** Of a number, "right" is its mean relative accuracy. */
function calibrationOf({ benchmark }: Dataset, answered: readonly JudgedAnswer[]): Report['calibration'] {
  const of = (wanted: (question: EvalQuestion) => boolean) =>
    calibration(
      answered.flatMap(({ row, question, score }) =>
        wanted(question) && row.confidence !== null ? [{ confidence: row.confidence, score }] : [],
      ),
    );
  const kind = ({ questionType }: EvalQuestion) =>
    benchmark === 'spatial' ? taskOf(questionType).kind : 'words';
  return {
    choices: of((question) => kind(question) === 'choice'),
    numbers: of((question) => kind(question) === 'number'),
    words: of((question) => kind(question) === 'words'),
  };
}

/** A video's answers all say the same of it. */
function outOfDomain(answered: readonly JudgedAnswer[]): Report['out_of_domain'] {
  const videos = [
    ...new Map(
      answered.flatMap(({ row }) =>
        row.out_of_domain === null ? [] : [[row.scene, row.out_of_domain] as const],
      ),
    ).values(),
  ];
  if (videos.length === 0) return null;
  const flagged = videos.filter(({ flag }) => flag).length;
  return {
    videos: videos.length,
    flagged,
    share: flagged / videos.length,
    mean_score: estimate(videos.map(({ score }) => score)).score,
  };
}
