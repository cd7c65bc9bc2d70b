import { z } from 'zod';
import { clockRangeSchema } from './clock.js';
import { vec3Schema } from './question.js';
import { readingSchema, thingLabels } from './reading.js';

/**
 * The bundle formats that this runtime reads, the newest last. From 2 on, one may hold the section `reading`;
 * from 3 on, the section `short`; from 4 on, the section `next`; from 5 on, the section `eight_bit`.
 */
export const BUNDLE_FORMATS = [1, 2, 3, 4, 5] as const;

const count = z.int().positive();

/** The sizes of a model. Every shape of these graphs follows from them (docs/design/bundle.md). */
export const sizesSchema = z.strictObject({
  frames_per_chunk: count,
  overlap: z.int().nonnegative(),
  height: count,
  width: count,
  tokens: count,
  grid: z.tuple([count, count]),
  geometry_tokens: count,
  view_tokens: count,
  d_visual: count,
  d_geometry: count,
  d: count,
  working: count,
  episodic: count,
  question_length: count,
  answer_length: count,
});
export type Sizes = z.infer<typeof sizesSchema>;

/** The graphs of every bundle. */
export const GRAPHS = ['perceive', 'remember', 'answer'] as const;
export type RequiredGraph = (typeof GRAPHS)[number];
/** The graphs for a clip of few frames; there where the manifest has a section `short`. */
export const SHORT_GRAPHS = ['perceive_short', 'remember_short'] as const;
export type ShortGraph = (typeof SHORT_GRAPHS)[number];
/**
 * `read` is there where the manifest has a section `reading`, `perceive_next` where it has a section `next`.
 */
export const graphNameSchema = z.enum([...GRAPHS, 'read', ...SHORT_GRAPHS, 'perceive_next']);
export type GraphName = z.infer<typeof graphNameSchema>;

const taskSchema = z.object({
  token: z.string(),
  kind: z.enum(['number', 'choice', 'text']),
  unit: z.string().nullable().optional(),
});
/**
 * Weights of a task's confidence, sigmoid(bias + answer · ℓa + trace · ℓt), where ℓ are log-probabilities.
 * They are not negative, so that a higher probability never lowers the confidence.
 */
const weightsSchema = z.object({
  bias: z.number(),
  answer: z.number().nonnegative(),
  trace: z.number().nonnegative(),
});
/**
 * Weights of the probability that the video showed a category of which n tokens were perceived,
 * sigmoid(bias + tokens · ln(1 + n / few) + landmark · c), with c the certainty of its surest landmark. By
 * category, `few` is a number of tokens that says little; 1 of others.
 */
const seenSchema = z.object({
  bias: z.number(),
  tokens: z.number().nonnegative(),
  landmark: z.number().nonnegative().default(0),
  few: z.record(z.string(), z.number().positive()).default({}),
});
/**
 * Weights of the probability that the memory holds a category whose best place leads any rival's there by so
 * much in log-probability, sigmoid(bias + lead · lead + tokens · ln(1 + n / few) + landmark · c), as above.
 */
const existenceSchema = z.object({
  bias: z.number(),
  lead: z.number().nonnegative(),
  tokens: z.number().nonnegative(),
  landmark: z.number().nonnegative().default(0),
});
/**
 * Weights of the confidence of an answer that is composed, sigmoid(bias + odds · ln(p / (1 − p))), where p is
 * that of its least sure part.
 */
const composedSchema = z.object({ bias: z.number(), odds: z.number().nonnegative() });
/**
 * Weights of the confidence of an answer that is measured, sigmoid(bias + margin · m), where m says by how
 * much the answer is clear of others (libs/answering/src/measured).
 */
const measuredSchema = z.object({ bias: z.number(), margin: z.number().nonnegative() });
const probability = z.number().min(0).max(1);
/** The novelty from which footage is flagged, and the most that a number and a choice claim on it. */
const outOfDomainSchema = z.object({
  threshold: z.number(),
  confidence: z.object({ number: probability, choice: probability }).optional(),
});
const scoreSchema = z.object({
  score: z.number(),
  blind: z.number(),
  standard_error: z.number().optional(),
  questions: z.int().optional(),
});

const scoresSchema = z.object({
  split: z.string(),
  walks: z.int(),
  tasks: z.record(z.string(), scoreSchema),
  average: scoreSchema,
});
const goldenSchema = z.array(z.object({ graph: graphNameSchema, inputs: z.string(), outputs: z.string() }));

/** Graphs that take a clip of at most so many frames, in place of those of a whole chunk: their files. */
const shortSchema = z.object({ frames: count, perceive: z.string(), remember: z.string() });
/** The graph of a chunk that begins with the pictures that the chunk before ended with: its file. */
const nextSchema = z.object({ perceive: z.string() });
/**
 * The perceive graphs with 8-bit convolutions: their files, one in place of each of the others, with cases
 * and scores of their own.
 */
const eightBitSchema = z.object({
  perceive: z.string(),
  short: z.string().optional(),
  next: z.string().optional(),
  golden: goldenSchema,
  scores: scoresSchema.optional(),
});

export const manifestSchema = z
  .object({
    format: z.literal(BUNDLE_FORMATS),
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    version: z.string(),
    description: z.string(),
    domain: z.string(),
    sizes: sizesSchema,
    preprocessing: z.object({
      fit: z.enum(['crop', 'stretch']),
      color: z.literal('rgb'),
      /** The horizontal field of view that the model takes its frames to have; where it is not told, none. */
      fov_deg: z.number().positive().lt(180).optional(),
    }),
    sampling: z.object({
      fps: z.number().positive(),
      min_fps: z.number().positive(),
      max_fps: z.number().positive(),
    }),
    clock: clockRangeSchema.optional(),
    metric_scale: z.boolean(),
    up: vec3Schema,
    categories: z.array(z.string()).min(1),
    background: z.array(z.string()),
    tokens: z.object({
      pad: z.string(),
      bos: z.string(),
      eos: z.string(),
      answer: z.string(),
      unknown: z.string(),
    }),
    tasks: z.record(z.string(), taskSchema),
    unsupported_tasks: z.array(z.string()),
    calibration: z.object({
      temperature: z.number().positive(),
      tasks: z.record(z.string(), weightsSchema).optional(),
      seen: seenSchema.optional(),
      existence: existenceSchema.optional(),
      composed: z.record(z.string(), composedSchema).optional(),
      /** By category, the odds in a map at which a landmark is as likely a thing of it as not. */
      landmarks: z.record(z.string(), z.number().positive()).optional(),
      /** Of tasks whose answers are measured in the world that localization knows: others are not. */
      measured: z.record(z.string(), measuredSchema).optional(),
    }),
    out_of_domain: outOfDomainSchema,
    scores: scoresSchema,
    files: z.record(z.string(), z.object({ sha256: z.string().length(64), bytes: z.int().nonnegative() })),
    golden: goldenSchema,
    tolerance: z.number().positive(),
    reading: readingSchema.optional(),
    short: shortSchema.optional(),
    next: nextSchema.optional(),
    eight_bit: eightBitSchema.optional(),
  })
  .refine((m) => m.sizes.grid[0] * m.sizes.grid[1] === m.sizes.tokens, {
    message: 'sizes.grid must hold sizes.tokens cells',
    path: ['sizes', 'grid'],
  })
  .refine((m) => m.sizes.overlap < m.sizes.frames_per_chunk, {
    message: 'sizes.overlap must be smaller than sizes.frames_per_chunk',
    path: ['sizes', 'overlap'],
  })
  .refine((m) => m.format > 1 || m.reading === undefined, {
    message: 'format 1 has no section reading',
    path: ['reading'],
  })
  .refine((m) => m.format > 2 || m.short === undefined, {
    message: 'formats 1 and 2 have no section short',
    path: ['short'],
  })
  .refine((m) => m.format > 3 || m.next === undefined, {
    message: 'formats 1 to 3 have no section next',
    path: ['next'],
  })
  .refine((m) => m.format > 4 || m.eight_bit === undefined, {
    message: 'only format 5 has a section eight_bit',
    path: ['eight_bit'],
  })
  .refine(
    ({ eight_bit: eight, short, next }) =>
      eight === undefined ||
      ((eight.short === undefined) === (short === undefined) &&
        (eight.next === undefined) === (next === undefined)),
    { message: 'eight_bit must have a graph in place of each perceive graph', path: ['eight_bit'] },
  )
  .refine((m) => m.next === undefined || m.sizes.overlap > 0, {
    message: 'chunks without an overlap share no pictures',
    path: ['next'],
  })
  .refine((m) => m.short === undefined || m.short.frames < m.sizes.frames_per_chunk, {
    message: 'short.frames must be smaller than sizes.frames_per_chunk',
    path: ['short', 'frames'],
  })
  .superRefine(({ reading, categories, tasks, golden }, context) => {
    if (golden.some(({ graph }) => graph === 'read') && reading === undefined)
      context.addIssue({ code: 'custom', path: ['golden'], message: 'there is no read graph' });
    if (reading === undefined) return;
    const things = thingLabels(categories);
    if (reading.labels.things.join('\n') !== things.join('\n'))
      context.addIssue({
        code: 'custom',
        path: ['reading', 'labels', 'things'],
        message: `must be ${things.join(', ')}`,
      });
    for (const [label, { task, options }] of Object.entries(reading.tasks)) {
      const kind = Object.hasOwn(tasks, task) ? tasks[task]?.kind : undefined;
      if (kind === 'choice' && options === undefined)
        context.addIssue({
          code: 'custom',
          path: ['reading', 'tasks', label, 'options'],
          message: `${task} is a choice, which needs options`,
        });
    }
  });
export type Manifest = z.infer<typeof manifestSchema>;

/** How rows and the API name a model: `name@version`. */
export const modelRef = (manifest: Pick<Manifest, 'name' | 'version'>): string =>
  `${manifest.name}@${manifest.version}`;

/**
 * T of the graphs that a clip goes through: the short ones where it has no more frames and the bundle has
 * them, else those of a chunk.
 * @param frames sampled frames of the whole clip
 */
export const graphFrames = ({ sizes, short }: Pick<Manifest, 'sizes' | 'short'>, frames: number): number =>
  short !== undefined && frames <= short.frames ? short.frames : sizes.frames_per_chunk;

/** GET /v1/models */
export const modelSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    domain: z.string(),
    sizes: sizesSchema,
    sampling: manifestSchema.shape.sampling,
    categories: z.array(z.string()),
    unsupported_tasks: z.array(z.string()),
    scores: manifestSchema.shape.scores,
  })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof modelSchema>;
