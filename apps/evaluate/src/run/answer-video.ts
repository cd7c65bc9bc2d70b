import { createHash } from 'node:crypto';
import { RefusedError, type LociClient } from '@loci/client';
import type { Ask, Camera, Job, Question, Video } from '@loci/contracts';
import type { EvalQuestion, Inserted, VideoQuestions } from '../dataset/dataset.js';
import type { AnswerRow, VideoFacts } from './answers-file.js';
import { withMovedMoments } from './inserted.js';
import { answeredRow, failedRow } from './row.js';

/** The API's limit of questions per job. */
const MAX_QUESTIONS = 64;
/** HTTP statuses of faults in the video or the question. Any other stops the run, which can resume. */
const FINAL = new Set([400, 413, 415, 422]);

/** What all jobs of a run have in common. */
export interface RunSettings {
  id: string;
  /** Sampled frames per second of the video; null for the model's own rate. */
  fps: number | null;
  /** What is told of the camera; null for nothing. */
  camera: Camera | null;
}

/** A question with its answer, or with the reason why the service refused it. */
type Outcome =
  { asked: EvalQuestion; question: Question; job: Job } | { asked: EvalQuestion; refused: string };

/**
 * Uploads a video, and has its questions answered from one memory. A refused or failed question becomes a row
 * too.
 * @param run its id keeps a resumed run from making the same job twice
 * @throws ClientError when the service cannot be reached
 */
export async function answerVideo(
  client: LociClient,
  { file, questions, inserted }: VideoQuestions,
  run: RunSettings,
): Promise<{ rows: AnswerRow[]; videoId: string | null; memoryId: string | null }> {
  const video = await orRefusal(client.upload(file));
  if (typeof video === 'string')
    return {
      rows: questions.map((question) => failedRow(question, video, null)),
      videoId: null,
      memoryId: null,
    };
  const outcomes: Outcome[] = [];
  for (let from = 0; from < questions.length; from += MAX_QUESTIONS)
    outcomes.push(
      ...(await ask(client, video, questions.slice(from, from + MAX_QUESTIONS), { ...run, inserted })),
    );
  const job = outcomes.flatMap((outcome) => ('job' in outcome ? [outcome.job] : []))[0];
  const facts = job === undefined ? null : await factsOf(client, video, job);
  return {
    rows: outcomes.map((outcome) => rowOf(outcome, facts, inserted)),
    videoId: video.id,
    memoryId: job?.memory_id ?? null,
  };
}

/** Asks questions in one job. When it is refused, its halves are asked apart, down to single questions. */
async function ask(
  client: LociClient,
  video: Video,
  questions: EvalQuestion[],
  run: RunSettings & Pick<VideoQuestions, 'inserted'>,
): Promise<Outcome[]> {
  const key = createHash('sha256')
    .update(JSON.stringify([run.id, video.id, questions.map(({ id, questionType }) => [questionType, id])]))
    .digest('hex');
  const sampling = run.fps === null ? {} : { sampling: { fps: run.fps } };
  const newJob = {
    video_id: video.id,
    questions: questions.map((question) => asAsk(question, run.inserted)),
    ...sampling,
    ...(run.camera === null ? {} : { camera: run.camera }),
  };
  const submitted = await orRefusal(client.submit(newJob, key));
  if (typeof submitted !== 'string') {
    const job = await client.finished(submitted.id);
    return questions.flatMap((asked, index) => {
      const question = job.questions[index];
      return question === undefined ? [] : [{ asked, question, job }];
    });
  }
  if (questions.length <= 1) return questions.map((asked) => ({ asked, refused: submitted }));
  const half = Math.ceil(questions.length / 2);
  return [
    ...(await ask(client, video, questions.slice(0, half), run)),
    ...(await ask(client, video, questions.slice(half), run)),
  ];
}

const asAsk = ({ question, options }: EvalQuestion, inserted: Inserted | null): Ask => ({
  question: inserted === null ? question : withMovedMoments(question, inserted),
  ...(options === null ? {} : { options }),
});

/** The result of a call, or the message of its final refusal. */
async function orRefusal<T>(call: Promise<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RefusedError && FINAL.has(error.status)) return error.message;
    throw error;
  }
}

/** Facts of the first job, which built the memory; later jobs only read it. */
async function factsOf(client: LociClient, video: Video, job: Job): Promise<VideoFacts> {
  const memory = await client.memory(job.memory_id);
  const wallMs = job.finished_at === null ? 0 : Date.parse(job.finished_at) - Date.parse(job.created_at);
  return {
    duration_s: video.duration_s,
    frames: memory.frames,
    build_s: job.timings_s.perceive + job.timings_s.remember,
    wall_s: wallMs / 1000,
    model: memory.model,
  };
}

function rowOf(outcome: Outcome, facts: VideoFacts | null, inserted: Inserted | null): AnswerRow {
  if ('refused' in outcome) return failedRow(outcome.asked, outcome.refused, facts);
  const { asked, question, job } = outcome;
  if (question.answer !== null)
    return answeredRow(asked, question.answer, question.latency_s, facts, inserted);
  const error = question.error ?? job.error;
  const reason =
    error === null
      ? `the job ended as ${job.status}`
      : [error.title, error.detail].filter((part) => part !== undefined).join(': ');
  return failedRow(asked, reason, facts);
}
