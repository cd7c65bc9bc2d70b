import { newId } from '@loci/contracts';
import type { Question as QuestionModel } from './generated/client.js';
import { eventRows, refreshed } from './job-events.js';
import type { ChunkSums, JobWithFacts, Standing } from './job-views.js';
import { newQuestion } from './new-question.js';
import type { SubmitRequest } from './submit-request.js';

/** A new job as the statement writes it, with what its view needs. */
export interface OpenedJob {
  job: JobWithFacts;
  sums: ChunkSums;
  /** Of the tables job, question and job_event, by their columns. */
  rows: { job: object; questions: object[]; events: object[] };
}

/**
 * The rows of a new job that nobody has worked for.
 * @param seen how its memory stood; null: it is made with the job. A failed one is built on.
 */
export function openedJob(id: string, request: SubmitRequest, seen: Standing | null): OpenedJob {
  const { tenant, video, metadata } = request;
  const { perceived, perceiveS, rememberS, ...memory } = standingFrom(seen, request);
  const sums = { perceived, perceiveS, rememberS };
  const row: JobWithFacts = {
    id,
    tenant,
    videoId: video.id,
    memoryId: memory.id,
    memory: { ...memory, finishedAt: memory.finishedAt === null ? null : new Date(memory.finishedAt) },
    status: 'queued',
    error: null,
    eventSeq: 0,
    metadata: metadata ?? null,
    questions: request.questions.map(({ ask, needsChunks }, position) =>
      newQuestion({ ...memory, tenant }, ask, needsChunks, { jobId: id, position }),
    ),
    createdAt: new Date(),
    startedAt: null,
    finishedAt: null,
  };
  const opened = refreshed(row, sums, false, []);
  const events = eventRows(opened);
  const { job } = opened;
  return {
    job,
    sums,
    rows: { job: jobRow(job, events.length), questions: job.questions.map(questionRow), events },
  };
}

/** How the memory will stand when the job is written. */
function standingFrom(seen: Standing | null, { chunks }: SubmitRequest): Standing {
  const begins = { status: 'building', error: null, finishedAt: null };
  if (seen?.status === 'failed') return { ...seen, ...begins };
  if (seen !== null) return seen;
  return { id: newId('memory'), chunks, head: 0, perceived: 0, perceiveS: 0, rememberS: 0, ...begins };
}

const jobRow = (job: JobWithFacts, eventSeq: number) => ({
  id: job.id,
  tenant: job.tenant,
  video_id: job.videoId,
  memory_id: job.memoryId,
  status: job.status,
  metadata: job.metadata,
  error: job.error,
  event_seq: eventSeq,
  created_at: job.createdAt,
  started_at: job.startedAt,
  finished_at: job.finishedAt,
});

const questionRow = (question: QuestionModel) => ({
  id: question.id,
  tenant: question.tenant,
  memory_id: question.memoryId,
  job_id: question.jobId,
  position: question.position,
  question: question.question,
  options: question.options,
  as_of_s: question.asOfS,
  needs_chunks: question.needsChunks,
  created_at: question.createdAt,
  ready_at: question.readyAt,
});
