import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LociClient } from '@loci/client';
import { newId } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { z } from 'zod';
import { keyOf, type Dataset, type EvalQuestion, type VideoQuestions } from '../dataset/dataset.js';
import { answerVideo } from './answer-video.js';
import { AnswersFile, type AnswerRow } from './answers-file.js';
import { SameBytes } from './same-bytes.js';

const runSchema = z.object({ run_id: z.string(), dataset: z.string(), questions_sha256: z.string() });

/** A run and the answers that it has so far. */
export interface Run {
  id: string;
  answers: AnswersFile;
}

/** Names a list of questions by what stands in their records. */
export const fingerprint = (questions: EvalQuestion[]): string =>
  createHash('sha256')
    .update(JSON.stringify(questions.map(({ item }) => item.text)))
    .digest('hex');

/**
 * A new run in a folder without answers, or with `resume` the one that stands there.
 * @throws CommandError when there are answers and none should be, or when they are of other questions
 */
export async function openRun(out: string, dataset: Dataset, resume: boolean): Promise<Run> {
  await mkdir(out, { recursive: true });
  const file = join(out, 'answers.jsonl');
  const runFile = join(out, 'run.json');
  const wanted = { dataset: dataset.name, questions_sha256: fingerprint(dataset.questions) };
  const begun = existsSync(runFile) && existsSync(file) && (await stat(file)).size > 0;
  if (begun && !resume)
    throw new CommandError(`${file} holds answers already; go on with --resume, or choose another --out.`);
  if (begun) {
    const run = runSchema.parse(JSON.parse(await readFile(runFile, 'utf8')));
    if (run.questions_sha256 !== wanted.questions_sha256)
      throw new CommandError(
        `The answers in ${out} are of other questions than ${dataset.name} has now; choose another --out.`,
      );
    return { id: run.run_id, answers: await AnswersFile.open(file) };
  }
  const id =
    existsSync(runFile) && resume
      ? runSchema.parse(JSON.parse(await readFile(runFile, 'utf8'))).run_id
      : newId('job').replace('job', 'run');
  await writeWhole(runFile, { run_id: id, ...wanted });
  await rm(file, { force: true });
  return { id, answers: await AnswersFile.open(file) };
}

/** Writes a JSON file that is there whole or not at all. */
export async function writeWhole(file: string, value: unknown): Promise<void> {
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

/**
 * Takes videos through a service, `concurrency` at once, each row kept as soon as its video is done.
 * @param how `keep` leaves the videos with the service; `fps` are the sampled frames per second, the model's own unless given
 * @throws CommandError when the service cannot be reached, or has changed its model meanwhile
 */
export async function answerAll(
  client: LociClient,
  run: Run,
  videos: readonly VideoQuestions[],
  { concurrency, keep, fps = null }: { concurrency: number; keep: boolean; fps?: number | null },
  say: (line: string) => void,
): Promise<void> {
  const left = [...videos];
  const apart = new SameBytes();
  let done = 0;
  let stopped = false;
  const one = async (video: VideoQuestions) => {
    const { rows, videoId } = await answerVideo(client, video, { id: run.id, fps });
    checkModel(modelsOf([...run.answers.rows.slice(0, 1), ...rows]));
    await run.answers.append(rows);
    if (videoId !== null && !keep) await client.deleteVideo(videoId);
    return rows;
  };
  const take = async () => {
    for (let next = left.shift(); next !== undefined && !stopped; next = left.shift()) {
      const video = next;
      const rows = await apart.alone(video.file, () => one(video));
      done += 1;
      const failed = rows.filter(({ status }) => status === 'failed').length;
      say(
        `${done}/${videos.length} videos: ${video.scene}, ${rows.length} questions${failed === 0 ? '' : `, ${failed} failed (${rows.find(({ reason }) => reason !== null)?.reason ?? ''})`}`,
      );
    }
  };
  const hands = Array.from({ length: concurrency }, () =>
    take().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  // every hand puts down what it holds before the first fault is told
  const ended = await Promise.allSettled(hands);
  for (const hand of ended) if (hand.status === 'rejected') throw hand.reason;
}

/** The models that rows name. */
export const modelsOf = (rows: readonly AnswerRow[]): string[] => [
  ...new Set(rows.flatMap(({ video }) => video?.model ?? [])),
];

/** The answers of one report are of one model. @throws CommandError */
export function checkModel(models: readonly string[]): void {
  const different = [...new Set(models)];
  if (different.length > 1)
    throw new CommandError(
      `The answers would be of different models (${different.join(', ')}); choose another --out.`,
    );
}
