import type { CodeVersion } from '@loci/contracts';
import type { Dataset } from '../dataset/dataset.js';
import { judge } from '../report/judge.js';
import { summarise } from '../report/summary.js';
import type { AnswerRow } from '../run/answers-file.js';
import { checkModel, modelsOf } from '../run/run.js';
import { compare, type Comparison } from './compare.js';
import { COMPARISONS, VARIANTS, type Bar, type ComparedNames, type VariantName } from './variants.js';

/** The result of one variant: its answers, or why it was not run. */
export interface Outcome {
  rows: readonly AnswerRow[];
  /** The reason; null when the variant was run. */
  skipped: string | null;
}
/** Of the variants that were chosen, in the order of the study. */
export type Outcomes = ReadonlyMap<VariantName, Outcome>;

/** The content of report.json. Scores are 0 to 100; changes are differences of such scores, in points. */
export interface StudyReport {
  dataset: string;
  model: string | null;
  code: CodeVersion | null;
  made_at: string;
  variants: VariantReport[];
  comparisons: ComparedVariants[];
}

export interface VariantReport {
  name: VariantName;
  does: string;
  skipped: string | null;
  /** Macro average over VSI-Bench's tasks; null without answers. Its error takes questions as independent. */
  macro: { score: number; standard_error: number | null } | null;
  questions: number;
  failed: number;
  videos: number;
  /** Frames per second of video that memories were built from; null without answers. */
  sampled_fps: number | null;
}

export interface ComparedVariants extends ComparedNames {
  /** Whether the bar is met; null without a bar, and when no question of it was answered in both. */
  met: boolean | null;
  /** Null when no question was asked in both. */
  found: Comparison | null;
}

/**
 * Summarises the answers of a study. Pure, except for `made_at`.
 * @throws CommandError when they are of different models
 */
export function reportStudy(dataset: Dataset, outcomes: Outcomes, code: CodeVersion | null): StudyReport {
  const models = modelsOf([...outcomes.values()].flatMap(({ rows }) => rows));
  checkModel(models);
  const judged = (name: VariantName) => judge(dataset, outcomes.get(name)?.rows ?? [], null);
  return {
    dataset: dataset.name,
    model: models[0] ?? null,
    code,
    made_at: new Date().toISOString(),
    variants: Array.from(outcomes, ([name, outcome]) => variantReport(dataset, name, outcome)),
    comparisons: COMPARISONS.filter(({ of, against }) => outcomes.has(of) && outcomes.has(against)).map(
      ({ of, against, bar }) => {
        const found = compare(judged(against), judged(of));
        return { of, against, bar, met: found === null ? null : meets(bar, found), found };
      },
    ),
  };
}

/** Whether a comparison meets a bar; null without one, and when it needs a counting question and has none. */
export function meets(
  bar: Bar | null,
  { macro, equal_counts }: Pick<Comparison, 'macro' | 'equal_counts'>,
): boolean | null {
  if (bar === null) return null;
  if (bar.kind === 'change') return Math.abs(macro.change) <= bar.most;
  return equal_counts === null ? null : equal_counts.share >= bar.least;
}

function variantReport(dataset: Dataset, name: VariantName, { rows, skipped }: Outcome): VariantReport {
  const { tables, counts } = summarise(dataset, rows, null);
  const macro = tables.find(({ benchmark }) => benchmark === 'vsi-bench')?.macro ?? null;
  return {
    name,
    does: VARIANTS[name].does,
    skipped,
    macro: macro === null ? null : { score: macro.score, standard_error: macro.standard_error },
    questions: counts.questions,
    failed: counts.failed,
    videos: counts.videos,
    sampled_fps: sampledFps(rows),
  };
}

function sampledFps(rows: readonly AnswerRow[]): number | null {
  const byScene = new Map(
    rows.flatMap(({ scene, video }) => (video === null ? [] : [[scene, video] as const])),
  );
  const videos = [...byScene.values()];
  const total = (field: 'frames' | 'duration_s') => videos.reduce((sum, video) => sum + video[field], 0);
  return videos.length === 0 ? null : total('frames') / total('duration_s');
}
