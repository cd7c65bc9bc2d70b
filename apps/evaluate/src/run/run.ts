import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { z } from 'zod';
import { keyOf, type Dataset, type EvalQuestion, type VideoQuestions } from '../dataset/dataset.js';
import { AnswersFile, type AnswerRow } from './answers-file.js';

const runSchema = z.object({ run_id: z.string(), dataset: z.string(), questions_sha256: z.string() });

/** A run, and the answers that it has so far. */
export interface Run {
  id: string;
  answers: AnswersFile;
}

/** The sha256 of the questions' records. */
export const hashQuestions = (questions: EvalQuestion[]): string =>
  createHash('sha256')
    .update(JSON.stringify(questions.map(({ item }) => item.text)))
    .digest('hex');

/**
 * Begins a run in a folder without answers, or goes on with the run of the folder.
 * @throws CommandError when the folder has answers and `resume` is false, or when they are of other questions
 */
export async function openRun(out: string, dataset: Dataset, resume: boolean): Promise<Run> {
  await mkdir(out, { recursive: true });
  const answersFile = join(out, 'answers.jsonl');
  const runFile = join(out, 'run.json');
  const facts = { dataset: dataset.name, questions_sha256: hashQuestions(dataset.questions) };
  const previous = existsSync(runFile) ? await readRunFile(runFile) : null;
  const hasAnswers = existsSync(answersFile) && (await stat(answersFile)).size > 0;
  if (previous !== null && hasAnswers) {
    if (!resume)
      throw new CommandError(
        `${answersFile} holds answers already; go on with --resume, or choose another --out.`,
      );
    if (previous.questions_sha256 !== facts.questions_sha256)
      throw new CommandError(
        `The answers in ${out} are of other questions than ${dataset.name} has now; choose another --out.`,
      );
    return { id: previous.run_id, answers: await AnswersFile.open(answersFile) };
  }
  const id = previous !== null && resume ? previous.run_id : newId('job').replace('job', 'run');
  await writeAtomically(runFile, { run_id: id, ...facts });
  await rm(answersFile, { force: true });
  return { id, answers: await AnswersFile.open(answersFile) };
}

const readRunFile = async (file: string): Promise<z.infer<typeof runSchema>> =>
  runSchema.parse(JSON.parse(await readFile(file, 'utf8')));

/** Writes a JSON file, all or nothing. */
export async function writeAtomically(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 1)}\n`);
  await rename(`${file}.new`, file);
}

/** The videos with the questions that have no answer yet. */
export function remaining(videos: readonly VideoQuestions[], rows: readonly AnswerRow[]): VideoQuestions[] {
  const answered = new Set(
    rows.map(({ scene, question_type, id }) => keyOf({ scene, questionType: question_type, id })),
  );
  return videos
    .map((video) => ({
      ...video,
      questions: video.questions.filter((question) => !answered.has(keyOf(question))),
    }))
    .filter(({ questions }) => questions.length > 0);
}

/** The models that rows name. */
export const modelsOf = (rows: readonly AnswerRow[]): string[] => [
  ...new Set(rows.flatMap(({ video }) => video?.model ?? [])),
];

/**
 * Checks that all answers of a report are of one model.
 * @throws CommandError when they are not
 */
export function checkModel(models: readonly string[]): void {
  const different = [...new Set(models)];
  if (different.length > 1)
    throw new CommandError(
      `The answers would be of different models (${different.join(', ')}); choose another --out.`,
    );
}
