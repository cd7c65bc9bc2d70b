import type { Dataset } from '../dataset/dataset.js';
import type { CodeVersion } from '../report/provenance.js';
import { judge, summarise } from '../report/summary.js';
import type { AnswerRow } from '../run/answers-file.js';
import { checkModel, modelsOf } from '../run/run.js';
import { compare, type Comparison } from './compare.js';
import {
  COMPARISONS,
  LEAST_EQUAL_COUNTS,
  MOST_CHANGE,
  NAMES,
  VARIANTS,
  type VariantName,
} from './variants.js';

/** What became of one variant: its answers, or why it was not run. */
export interface Outcome {
  rows: readonly AnswerRow[];
  /** Null when it was run. */
  skipped: string | null;
}

/** What report.json holds. Scores are 0 to 100, changes are points. */
export interface StudyReport {
  dataset: string;
  model: string | null;
  code: CodeVersion | null;
  made_at: string;
  bars: { least_equal_counts: number; most_change: number };
  variants: VariantReport[];
  comparisons: ComparedVariants[];
}

export interface VariantReport {
  name: VariantName;
  does: string;
  skipped: string | null;
  /** Over VSI-Bench's tasks; null without answers. The error takes questions as independent. */
  macro: { score: number; standard_error: number | null } | null;
  questions: number;
  failed: number;
  videos: number;
  /** Frames that memories were built from per second of video; null without any. */
  sampled_fps: number | null;
}

export interface ComparedVariants {
  of: VariantName;
  against: VariantName;
  bar: 'equal counts' | 'change';
  /** Null when no question that the bar is about was answered in both. */
  met: boolean | null;
  /** Null when no question was asked in both. */
  found: Comparison | null;
}

/** Everything that the study's answers say. Pure, but for the moment that it names. @throws CommandError when they are of different models */
export function reportStudy(
  dataset: Dataset,
  outcomes: Readonly<Record<VariantName, Outcome>>,
  code: CodeVersion | null,
): StudyReport {
  const models = modelsOf(NAMES.flatMap((name) => outcomes[name].rows));
  checkModel(models);
  const judged = (name: VariantName) => judge(dataset, outcomes[name].rows, null);
  return {
    ...{ dataset: dataset.name, model: models[0] ?? null, code, made_at: new Date().toISOString() },
    bars: { least_equal_counts: LEAST_EQUAL_COUNTS, most_change: MOST_CHANGE },
    variants: NAMES.map((name) => variantReport(dataset, name, outcomes[name])),
    comparisons: COMPARISONS.map(({ of, against, bar }) => {
      const found = compare(judged(against), judged(of));
      return { of, against, bar, met: found === null ? null : meets(bar, found), found };
    }),
  };
}

/** Whether a comparison is within a bar; null when it says nothing about it. */
export function meets(
  bar: ComparedVariants['bar'],
  { macro, equal_counts }: Pick<Comparison, 'macro' | 'equal_counts'>,
): boolean | null {
  if (bar === 'change') return Math.abs(macro.change) <= MOST_CHANGE;
  return equal_counts === null ? null : equal_counts.share >= LEAST_EQUAL_COUNTS;
}

function variantReport(dataset: Dataset, name: VariantName, { rows, skipped }: Outcome): VariantReport {
  const { tables, counts } = summarise(dataset, rows, null);
  const macro = tables.find(({ benchmark }) => benchmark === 'vsi-bench')?.macro ?? null;
  return {
    ...{ name, does: VARIANTS[name].does, skipped },
    macro: macro === null ? null : { score: macro.score, standard_error: macro.standard_error },
    ...{
      questions: counts.questions,
      failed: counts.failed,
      videos: counts.videos,
      sampled_fps: sampledFps(rows),
    },
  };
}

function sampledFps(rows: readonly AnswerRow[]): number | null {
  const videos = [
    ...new Map(
      rows.flatMap(({ scene, video }) => (video === null ? [] : [[scene, video] as const])),
    ).values(),
  ];
  const total = (of: 'frames' | 'duration_s') => videos.reduce((sum, video) => sum + video[of], 0);
  return videos.length === 0 ? null : total('frames') / total('duration_s');
}
