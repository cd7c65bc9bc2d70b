import { z } from 'zod';

/** The reasons that a reader may give for a question of no task; the runtime adds its own. */
const READER_REASONS = [
  'no_question',
  'not_about_space',
  'no_such_task',
  'other_language',
  'incomplete',
] as const;
/** Roles that the runtime knows by name; all others are looked up through the slots. */
const WORD_ROLES = ['moment', 'frames', 'place', 'blank'];

const joinSchema = z.tuple([z.string(), z.string()]);
const formSchema = z.literal('plural').optional();

/** What a place `{name}` of a wording is filled with. */
export const slotSchema = z.union([
  z.strictObject({ moment: z.enum(['only', 'earlier', 'later']), default: z.enum(['start', 'end']) }),
  z.strictObject({ place: z.literal(true) }),
  z.strictObject({ options: z.literal(true), join: joinSchema }),
  z.strictObject({ steps: z.literal(true) }),
  /** The word for the most, and the one for the least where the question asks for that. */
  z.strictObject({ extreme: z.tuple([z.string(), z.string()]) }),
  z.strictObject({
    role: z.string(),
    min: z.int().positive(),
    max: z.int().positive(),
    join: joinSchema,
    /**
     * Whose order the list follows: that of the options that were given, and then the manifest's categories
     * (unless told otherwise); the question's; or the categories' alone.
     */
    order: z.enum(['options', 'question', 'categories']).optional(),
    form: formSchema,
  }),
  /** `else`: where no thing has the role, the last one of that role. */
  z.strictObject({ role: z.string(), else: z.string().optional(), form: formSchema }),
]);
export type Slot = z.infer<typeof slotSchema>;

/** What the prompt's options are where the question came without any. */
export const taskOptionsSchema = z.union([
  z.strictObject({ fixed: z.array(z.string()).min(2).max(26) }),
  z.strictObject({ of: z.string() }),
  /** They must be given; `one` stands in where a route leaves exactly one turn open. */
  z.strictObject({ given: z.literal(true), one: z.array(z.string()).min(2).max(26).optional() }),
]);

export const readingTaskSchema = z
  .strictObject({
    task: z.string(),
    wording: z.string(),
    /** The wording where a person does not tell what kind of place it is; without it, a `room` is meant. */
    unplaced: z.string().optional(),
    slots: z.record(z.string(), slotSchema),
    options: taskOptionsSchema.optional(),
    /** Two roles whose things may change places: they are taken in the categories' order. */
    symmetric: z.tuple([z.string(), z.string()]).optional(),
  })
  .superRefine(({ wording, unplaced = '', slots }, context) => {
    const namedIn = (text: string) => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
    const named = namedIn(wording);
    for (const [path, names] of Object.entries({ wording: named, unplaced: namedIn(unplaced) }))
      for (const name of names.filter((each) => !Object.hasOwn(slots, each)))
        context.addIssue({ code: 'custom', path: [path], message: `{${name}} has no slot` });
    for (const name of Object.keys(slots).filter((each) => !named.includes(each)))
      context.addIssue({ code: 'custom', path: ['slots', name], message: 'the wording has no such place' });
    for (const [name, slot] of Object.entries(slots)) {
      if ('min' in slot && slot.min > slot.max)
        context.addIssue({
          code: 'custom',
          path: ['slots', name, 'min'],
          message: 'min must not exceed max',
        });
    }
  });
export type ReadingTask = z.infer<typeof readingTaskSchema>;

/** What people call things of a category, beside its name. */
const categoryWordsSchema = z.strictObject({ plural: z.string(), synonyms: z.array(z.string()) });

/** How long the longest side of a category's things usually is, and its spread as a logarithm's. */
const usualLengthSchema = z.strictObject({ metres: z.number().positive(), spread: z.number().positive() });
export type UsualLength = z.infer<typeof usualLengthSchema>;

/** A category that eyes know, with what people call it; what else stands there is for training. */
export const namedCategorySchema = z.object({
  name: z.string(),
  ...categoryWordsSchema.shape,
  longest: usualLengthSchema.optional(),
});
export type NamedCategory = z.infer<typeof namedCategorySchema>;

/**
 * How questions in anybody's words are read: the fourth graph, its labels, and what is made of its outputs.
 */
export const readingSchema = z
  .strictObject({
    graph: z.string(),
    tokenizer: z.string(),
    length: z.int().min(3),
    labels: z.strictObject({
      tasks: z.array(z.string()),
      reasons: z.array(z.enum(READER_REASONS)).min(1),
      units: z.array(z.string()),
      things: z.array(z.string()),
      roles: z.array(z.string()),
    }),
    thresholds: z.strictObject({
      /** Probability of none from which on a question has no task. */
      none: z.number().min(0).max(1),
      /** Probability below which a task is not believed. */
      task: z.number().min(0).max(1),
      /** By how much (in log-probability) another thing must be likelier than a category. */
      other: z.number(),
      /** How much log-probability roles may lose so that each that the task needs has its thing. */
      roles: z.number().nonnegative(),
    }),
    tasks: z.record(z.string(), readingTaskSchema),
    steps: z.strictObject({ blank: z.string(), go: z.string().includes('{x}') }),
    places: z.record(z.string(), z.array(z.string())),
    units: z.record(
      z.string(),
      z.strictObject({
        of: z.enum(['m', 'm2']),
        factor: z.number().positive(),
        words: z.array(z.string()),
      }),
    ),
    categories: z.record(z.string(), categoryWordsSchema),
  })
  .superRefine(({ labels, tasks, units }, context) => {
    const mustBe = (list: keyof typeof labels, wanted: readonly string[]) => {
      if (labels[list].join('\n') !== wanted.join('\n'))
        context.addIssue({ code: 'custom', path: ['labels', list], message: `must be ${wanted.join(', ')}` });
    };
    mustBe('tasks', ['none', ...Object.keys(tasks)]);
    mustBe('units', ['none', ...Object.keys(units)]);
    const roles = new Set(labels.roles);
    if (labels.roles[0] !== 'none' || roles.size !== labels.roles.length)
      context.addIssue({
        code: 'custom',
        path: ['labels', 'roles'],
        message: 'must begin with none and name each role once',
      });
    for (const [task, { slots, options, symmetric = [] }] of Object.entries(tasks)) {
      const asked = [
        ...symmetric,
        ...Object.values(slots).flatMap((slot) => ('role' in slot ? [slot.role] : [])),
        ...Object.values(slots).flatMap((slot) => ('else' in slot ? (slot.else ?? []) : [])),
        ...(options !== undefined && 'of' in options ? [options.of] : []),
      ];
      for (const role of asked.filter((each) => !roles.has(each) || ['none', ...WORD_ROLES].includes(each)))
        context.addIssue({ code: 'custom', path: ['tasks', task], message: `${role} is no role of a thing` });
    }
  });
export type ReadingSection = z.infer<typeof readingSchema>;

/** What a label list of things holds for a bundle's categories, in its order. */
export const thingLabels = (categories: readonly string[]): string[] => ['nothing', 'other', ...categories];
