import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';
import { RECORD_FILES, benchmarkRecordSchema, examplesSchema, type Example } from '@loci/contracts';
import {
  BlindBaseline,
  QUESTION_TYPES,
  crossFitted,
  recordTruth,
  recordVideos,
  taskOf,
  truthFault,
  type KnownQuestion,
} from '@loci/scoring';
import { ConfigError } from '@loci/service';
import { z } from 'zod';

/** A question whose truth is known, with a blind guess. */
export interface GuessedQuestion extends KnownQuestion {
  id: string;
  /** What is guessed from the truths of other clips; null where there are none. */
  blind: string | null;
}

/** A clip with its questions. */
export interface QuizClip {
  name: string;
  file: string;
  questions: readonly GuessedQuestion[];
}

/** A folder of clips with questions. */
export interface QuizClips {
  id: string;
  clips: readonly QuizClip[];
  examples: readonly Example[];
}

const EXAMPLES = 'examples.json';

/** A record with what its metric takes: the options of a choice, and the truth. */
const recordSchema = benchmarkRecordSchema
  .extend({ question_type: z.enum(QUESTION_TYPES) })
  .transform((record, context) => {
    const isChoice = taskOf(record.question_type).kind === 'choice';
    const options = isChoice ? record.options : null;
    const truth = recordTruth(record) ?? '';
    const fault = truthFault(record.question_type, truth, options);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    return { ...record, options, truth: isChoice ? truth.toUpperCase() : truth };
  });
type QuizRecord = z.infer<typeof recordSchema>;

/** A question of a set, with where its clip may be. */
interface PlacedQuestion extends GuessedQuestion {
  scene: string;
  videos: readonly string[];
}

/**
 * Reads the folders of `LOCI_QUIZ_DIR`, which are separated as those of PATH are.
 * @throws ConfigError that names the folder and what is wrong
 */
export async function readQuizSets(folders: string): Promise<QuizClips[]> {
  const named = folders
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder));
  const sets = await Promise.all(
    [...new Set(named)].map((folder) =>
      readQuizSet(folder).catch((cause: unknown) => {
        const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
        throw new ConfigError(`LOCI_QUIZ_DIR: ${folder} cannot be used: ${reason}`, { cause });
      }),
    ),
  );
  for (const [id, { length }] of Map.groupBy(sets, (set) => set.id))
    if (length > 1) throw new ConfigError(`LOCI_QUIZ_DIR: ${length} of its folders have the name ${id}`);
  return sets;
}

async function readQuizSet(folder: string): Promise<QuizClips> {
  const file = RECORD_FILES.map((name) => join(folder, name)).find(existsSync);
  if (file === undefined) throw new Error(`it has none of ${RECORD_FILES.join(', ')}`);
  const records = z
    .array(recordSchema)
    .min(1)
    .parse(recordsIn(await readFile(file, 'utf8')));
  const clips = Array.from(
    Map.groupBy(withGuesses(records, folder), ({ scene }) => scene),
    ([, questions]) => clipOf(questions),
  );
  const examples = join(folder, EXAMPLES);
  return {
    id: basename(folder),
    clips,
    examples: existsSync(examples) ? examplesSchema.parse(JSON.parse(await readFile(examples, 'utf8'))) : [],
  };
}

/** @throws Error without its video, or where an id does not say which question is meant */
function clipOf(questions: readonly PlacedQuestion[]): QuizClip {
  const videos = questions[0]?.videos ?? [];
  const file = videos.find(existsSync);
  if (file === undefined) throw new Error(`${videos.join(' or ')} is missing`);
  for (const [id, { length }] of Map.groupBy(questions, (question) => question.id))
    if (length > 1) throw new Error(`${length} questions on ${file} have the id ${id}`);
  return { name: basename(file, '.mp4'), file, questions };
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
function withGuesses(records: readonly QuizRecord[], folder: string): PlacedQuestion[] {
  const known = records.map((record) => ({
    id: record.id,
    scene: `${record.dataset}/${record.scene_name}`,
    videos: recordVideos(record).map((path) => join(folder, path)),
    questionType: record.question_type,
    question: record.question,
    options: record.options,
    truth: record.truth,
  }));
  const guesses = crossFitted(known, (others) => {
    const baseline = new BlindBaseline(others);
    return (asked) => baseline.answer(asked);
  });
  return known.map((each) => ({ ...each, blind: guesses?.get(each) ?? null }));
}
