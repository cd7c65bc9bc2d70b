import { createHash } from 'node:crypto';
import { RefusedError, type LociClient } from '@loci/client';
import type { Ask, Job, Question, Video } from '@loci/contracts';
import type { EvalQuestion, VideoQuestions } from '../dataset/dataset.js';
import type { AnswerRow, VideoFacts } from './answers-file.js';
import { answeredRow, failedRow } from './row.js';

/** A job takes as many. */
const MOST_QUESTIONS = 64;
/** What is wrong with the video or the question, and would be again. Anything else stops the run, which can be resumed. */
const FINAL = new Set([400, 413, 415, 422]);

/** What every job of a run has in common. */
export interface RunSettings {
  id: string;
  /** Sampled frames per second of the video; null for the model's own rate. */
  fps: number | null;
}

/** A question with what became of it: what the service says of it, or why it did not take it. */
type Outcome =
  { asked: EvalQuestion; question: Question; job: Job } | { asked: EvalQuestion; refused: string };

/**
 * Uploads a video and has its questions answered from one memory. What the service refuses, or fails in, becomes a row too.
 * @param run the same job is not made twice within it, whoever was killed when
 * @throws CommandError when the service cannot be reached
 */
export async function answerVideo(
  client: LociClient,
  { file, questions }: VideoQuestions,
  run: RunSettings,
): Promise<{ rows: AnswerRow[]; videoId: string | null }> {
  const video = await orRefusal(client.upload(file));
  if (typeof video === 'string')
    return { rows: questions.map((question) => failedRow(question, video, null)), videoId: null };
  const outcomes: Outcome[] = [];
  for (let from = 0; from < questions.length; from += MOST_QUESTIONS)
    outcomes.push(...(await ask(client, video, questions.slice(from, from + MOST_QUESTIONS), run)));
  const facts = await factsOf(client, video, outcomes);
  return { rows: outcomes.map((outcome) => rowOf(outcome, facts)), videoId: video.id };
}

/** One job. When it is refused, half of the questions are asked without the other, until those that are refused stand alone. */
async function ask(
  client: LociClient,
  video: Video,
  questions: EvalQuestion[],
  run: RunSettings,
): Promise<Outcome[]> {
  const key = createHash('sha256')
    .update(JSON.stringify([run.id, video.id, questions.map(({ id, questionType }) => [questionType, id])]))
    .digest('hex');
  const submitted = await orRefusal(
    client.submit(
      {
        video_id: video.id,
        questions: questions.map(asAsk),
        ...(run.fps === null ? {} : { sampling: { fps: run.fps } }),
      },
      key,
    ),
  );
  if (typeof submitted !== 'string') {
    const job = await client.ended(submitted.id);
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

const asAsk = ({ question, options }: EvalQuestion): Ask => ({
  question,
  ...(options === null ? {} : { options }),
});

/** What a call gives, or in words why it was refused for good. */
async function orRefusal<T>(call: Promise<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RefusedError && FINAL.has(error.status)) return error.message;
    throw error;
  }
}

/** The first job built the memory; later ones read it. */
async function factsOf(client: LociClient, video: Video, outcomes: Outcome[]): Promise<VideoFacts | null> {
  const jobs = outcomes.flatMap((outcome) => ('job' in outcome ? [outcome.job] : []));
  const [job] = jobs;
  if (job === undefined) return null;
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

function rowOf(outcome: Outcome, facts: VideoFacts | null): AnswerRow {
  if ('refused' in outcome) return failedRow(outcome.asked, outcome.refused, facts);
  const { asked, question, job } = outcome;
  if (question.answer !== null) return answeredRow(asked, question.answer, question.latency_s, facts);
  const error = question.error ?? job.error;
  return failedRow(
    asked,
    error === null
      ? `the job ended as ${job.status}`
      : [error.title, error.detail].filter((part) => part !== undefined).join(': '),
    facts,
  );
}
