import { z } from 'zod';

/** What the clips of a data set show: rooms that a program drew, or recordings of real places. */
export const worldSchema = z.enum(['drawn', 'real']);
export type World = z.infer<typeof worldSchema>;

const count = z.int().nonnegative();
/** 0 to 100; the metrics of words may be above. */
const percent = z.number().nonnegative();
const scoredSchema = z.object({
  score: percent,
  standard_error: percent.nullable(),
  blind: percent.nullable().meta({ description: 'the score of the baseline that sees no video' }),
  questions: count,
});
const withMargin = scoredSchema.extend({
  margin: z.number().nullable().meta({ description: 'score − blind' }),
});
/** A score in percent beside the blind baseline's. */
export type Scored = z.infer<typeof withMargin>;

const taskRowSchema = withMargin.extend({
  task: z.string(),
  metric: z.enum(['mean relative accuracy', 'accuracy', 'exact match']),
});
/** The score of one task. */
export type TaskRow = z.infer<typeof taskRowSchema>;

export const scoreTableSchema = z.object({
  benchmark: z.string(),
  tasks: z
    .array(z.union([taskRowSchema, z.object({ task: z.string(), score: z.null() })]))
    .meta({ description: 'in the benchmark’s order; the score is null where no question was asked' }),
  macro: withMargin
    .nullable()
    .meta({ description: 'unweighted mean over tasks; null where the benchmark has no such average' }),
  micro: withMargin.meta({ description: 'flat mean over questions' }),
});
/** The table of one benchmark. */
export type ScoreTable = z.infer<typeof scoreTableSchema>;

export const groupScoreSchema = scoredSchema.extend({ benchmark: z.string(), group: z.string() });
/** The average of one benchmark over one group of videos. */
export type GroupScore = z.infer<typeof groupScoreSchema>;

/** Metrics of answers in words, 0 to 100; CIDEr may be above. */
export const wordScoresSchema = z.object({
  em: percent,
  em_refined: percent,
  bleu_4: percent,
  meteor: percent,
  rouge_l: percent,
  cider: percent,
});
export type WordScores = z.infer<typeof wordScoresSchema>;

const share = z.number().min(0).max(1);
export const calibrationSchema = z.object({
  error: share.meta({ description: 'expected calibration error' }),
  questions: count,
  bins: z.array(
    z.object({
      from: share,
      to: share,
      questions: count,
      confidence: share.nullable(),
      score: share.nullable(),
    }),
  ),
});
export const calibrationByKindSchema = z.object({
  choices: calibrationSchema.nullable(),
  numbers: calibrationSchema.nullable(),
  words: calibrationSchema.nullable(),
});
/** Calibration by kind of answer; null where there is no answer of the kind. */
export type CalibrationByKind = z.infer<typeof calibrationByKindSchema>;

export const outOfDomainSchema = z.object({
  videos: count,
  flagged: count,
  share,
  mean_score: z.number(),
});
/** How many videos are out of the model's domain, and their mean score. */
export type OutOfDomain = z.infer<typeof outOfDomainSchema>;

export const codeVersionSchema = z.object({
  commit: z.string(),
  changed: z.boolean().meta({ description: 'whether files of the checkout were changed since' }),
});
/** The version of the code that made a report. */
export type CodeVersion = z.infer<typeof codeVersionSchema>;

/** What an evaluation found. Scores are 0 to 100, but 0 to 1 in `calibration`. */
export const evaluationSchema = z
  .object({
    dataset: z.object({
      name: z.string(),
      benchmark: z.string(),
      world: worldSchema.nullable().default(null).meta({
        description: 'what its clips show: drawn rooms or real places; null where nobody said',
      }),
    }),
    model: z.string().nullable(),
    code: codeVersionSchema.nullable(),
    made_at: z.iso.datetime(),
    counts: z.object({
      questions: count,
      answered: count,
      failed: count,
      unsupported: count,
      videos: count,
      failed_videos: count,
      without_answer_yet: count,
    }),
    failures: z.array(z.object({ reason: z.string(), questions: count })),
    blind_fitted_on: z.string().nullable(),
    tables: z.array(scoreTableSchema),
    debiased: z.array(scoreTableSchema).nullable(),
    words: wordScoresSchema.nullable(),
    horizon: z.array(groupScoreSchema).meta({ description: 'short < 1 min, mid 1–2 min, long > 2 min' }),
    frames: z.array(groupScoreSchema).meta({ description: 'by the frames that a memory was built from' }),
    timings: z.object({
      videos: count,
      video_minutes: z.number(),
      build_s_per_video_minute: z.number(),
      wall_s_per_video_minute: z.number(),
      latency_s: z.object({ median: z.number(), p95: z.number() }).nullable(),
    }),
    calibration: calibrationByKindSchema,
    out_of_domain: outOfDomainSchema.nullable(),
  })
  .meta({ id: 'Evaluation' });
export type Evaluation = z.infer<typeof evaluationSchema>;

const pointsSchema = z.object({
  change: z.number().meta({ description: 'of a score from 0 to 100' }),
  standard_error: z.number().nullable(),
  questions: count,
});
/** A change of a mean score in points; its error takes videos as independent. */
export type Points = z.infer<typeof pointsSchema>;

const equalAnswersSchema = z.object({ equal: count, questions: count, share: percent });
/** How many answers are equal; `share` in percent. */
export type EqualAnswers = z.infer<typeof equalAnswersSchema>;

/** What changed where the same questions were asked of changed clips. */
export const robustnessSchema = z
  .object({
    dataset: z.string(),
    model: z.string().nullable(),
    made_at: z.iso.datetime(),
    variants: z.array(
      z.object({
        name: z.string(),
        does: z.string(),
        skipped: z.string().nullable().meta({ description: 'why it was not run' }),
        macro: z.object({ score: percent, standard_error: percent.nullable() }).nullable(),
        questions: count,
        videos: count,
      }),
    ),
    comparisons: z.array(
      z.object({
        of: z.string(),
        against: z.string(),
        met: z.boolean().nullable().meta({ description: 'whether its bar is met; null without one' }),
        found: z
          .object({
            questions: count,
            videos: count,
            macro: pointsSchema,
            equal_counts: equalAnswersSchema.nullable(),
            equal_answers: equalAnswersSchema,
          })
          .nullable(),
      }),
    ),
  })
  .meta({ id: 'Robustness' });
export type Robustness = z.infer<typeof robustnessSchema>;

/** GET /v1/report: what was measured of the shipped model. */
export const reportSchema = z
  .object({ evaluation: evaluationSchema, robustness: robustnessSchema.nullable() })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof reportSchema>;
