import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';
import { examplesSchema, type Example } from '@loci/contracts';
import { BlindBaseline, QUESTION_TYPES, crossFitted, truthFault, type KnownQuestion } from '@loci/scoring';
import { ConfigError } from '@loci/service';
import { z } from 'zod';

/** A question whose truth is known. */
export interface KnownAnswer extends KnownQuestion {
  id: string;
  /** The name of its clip. */
  scene: string;
  /** What is guessed from the truths of other clips; null where there are none. */
  blind: string | null;
}

/** A clip with its questions. */
export interface QuizClip {
  name: string;
  file: string;
  questions: readonly KnownAnswer[];
}

/** A folder of clips with questions. */
export interface QuizClips {
  id: string;
  clips: readonly QuizClip[];
  examples: readonly Example[];
}

const FILES = ['questions.jsonl', 'questions.json', 'test.jsonl', 'test.json'];
const EXAMPLES = 'examples.json';

const textOrNumber = z.union([z.string(), z.number()]).transform(String);
/** What the quiz needs of a record of VSI-Bench or VSTI-Bench. */
const recordSchema = z
  .object({
    id: textOrNumber,
    dataset: z.string(),
    scene_name: z.string().min(1),
    question_type: z.enum(QUESTION_TYPES),
    question: z.string().min(1),
    options: z.array(z.string()).nullish(),
    ground_truth: textOrNumber.nullish(),
    mc_answer: z.string().nullish(),
    video_path: z.string().optional(),
  })
  .transform((record, context) => {
    const options = record.options?.length ? record.options : null;
    const truth = (record.mc_answer ?? record.ground_truth ?? '').trim();
    const fault = truthFault(record.question_type, truth, options);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    return { ...record, options, truth };
  });
type QuizRecord = z.infer<typeof recordSchema>;

/**
 * Reads the folders of `LOCI_QUIZ_DIR`, which are separated as those of PATH are.
 * @throws ConfigError that names the folder and what is wrong
 */
export const readQuizSets = (folders: string): Promise<QuizClips[]> =>
  Promise.all(
    folders
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) =>
        readQuizSet(resolve(folder)).catch((cause: unknown) => {
          const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
          throw new ConfigError(`LOCI_QUIZ_DIR: ${folder} cannot be used: ${reason}`, { cause });
        }),
      ),
  );

async function readQuizSet(folder: string): Promise<QuizClips> {
  const file = FILES.map((name) => join(folder, name)).find(existsSync);
  if (file === undefined) throw new Error(`it has none of ${FILES.join(', ')}`);
  const records = z
    .array(recordSchema)
    .min(1)
    .parse(recordsIn(await readFile(file, 'utf8')));
  const clips = Array.from(
    Map.groupBy(withGuesses(records), ({ clip }) => clip),
    ([clip, questions]) => ({ name: basename(clip, '.mp4'), file: join(folder, clip), questions }),
  );
  for (const clip of clips) if (!existsSync(clip.file)) throw new Error(`${clip.file} is missing`);
  const examples = join(folder, EXAMPLES);
  return {
    id: basename(folder),
    clips,
    examples: existsSync(examples) ? examplesSchema.parse(JSON.parse(await readFile(examples, 'utf8'))) : [],
  };
}

/** The records of a JSON array, or of JSON lines. */
const recordsIn = (text: string): unknown =>
  text.trimStart().startsWith('[')
    ? JSON.parse(text)
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);

/** The questions, each with a guess of the baseline that has not seen its clip. */
function withGuesses(records: readonly QuizRecord[]): (KnownAnswer & { clip: string })[] {
  const known = records.map(({ id, scene_name, question_type, question, options, truth, ...record }) => ({
    id,
    scene: scene_name,
    clip: record.video_path ?? `${scene_name}.mp4`,
    questionType: question_type,
    question,
    options,
    truth,
  }));
  const guesses = crossFitted(known, (others) => {
    const baseline = new BlindBaseline(others);
    return (asked) => baseline.answer(asked);
  });
  return known.map((each) => ({ ...each, blind: guesses?.get(each) ?? null }));
}
