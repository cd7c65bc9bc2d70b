import type { EventName, Problem } from '@loci/contracts';
import { isEnded } from '@loci/pipeline';
import type { Queries } from './client.js';
import {
  chunkSums,
  jobStanding,
  jobView,
  WITH_FACTS,
  type ChunkSums,
  type JobWithFacts,
} from './job-views.js';
import { json } from './json-columns.js';
import { questionView } from './views.js';

const LIVE = { in: ['queued', 'running'] };

/** What has changed for the jobs on a memory. */
export interface JobChange {
  /** The job concerned; without it, every live job on the memory. */
  jobId?: string;
  /** Whether a worker has just started work for them: they run from now on. */
  started?: boolean;
  /** The questions that have just ended. */
  questionIds?: string[];
}

/**
 * Updates the jobs on a memory after its rows have changed: status, start and end, and the events `answer`,
 * `progress` and finally `done`. It runs in the transaction that changed the rows. The caller holds the
 * memory's lock, so events are numbered in the order of the commits.
 */
export async function refreshJobs(
  tx: Queries,
  memoryId: string,
  { jobId, started = false, questionIds = [] }: JobChange,
): Promise<void> {
  const jobs = await tx.job.findMany({
    where: { memoryId, status: LIVE, ...(jobId === undefined ? {} : { id: jobId }) },
    include: WITH_FACTS,
    orderBy: { id: 'asc' },
  });
  if (jobs.length === 0) return;
  const sums = (await chunkSums(tx, [memoryId]))(memoryId);
  for (const job of jobs) await refreshJob(tx, job, sums, started, questionIds);
}

/** Marks as started the jobs on a memory that no worker has worked for yet. */
export async function startJobs(tx: Queries, memoryId: string, jobId?: string): Promise<void> {
  const unstarted = await tx.job.findMany({
    where: { memoryId, status: 'queued', startedAt: null, ...(jobId === undefined ? {} : { id: jobId }) },
    select: { id: true },
  });
  for (const { id } of unstarted) await refreshJobs(tx, memoryId, { jobId: id, started: true });
}

/**
 * Ends the live jobs on a memory with the given status, whatever their rows say. The caller holds its lock.
 */
export async function endJobs(
  tx: Queries,
  memoryId: string,
  status: 'failed' | 'canceled',
  error: Problem | null,
  jobId?: string,
): Promise<void> {
  const live = await tx.job.findMany({
    where: { memoryId, status: LIVE, ...(jobId === undefined ? {} : { id: jobId }) },
    include: WITH_FACTS,
  });
  if (live.length === 0) return;
  const sums = (await chunkSums(tx, [memoryId]))(memoryId);
  const finishedAt = new Date();
  for (const job of live) {
    await tx.question.updateMany({
      where: { jobId: job.id, status: 'queued' },
      data: { status, error: json(error) },
    });
    const questions = job.questions.map((question) =>
      question.status === 'queued' ? { ...question, status, error } : question,
    );
    const ended = { ...job, status, error, finishedAt, questions };
    await writeJob(tx, ended, [
      ...answersOf(
        ended,
        job.questions.filter((question) => question.status === 'queued').map(({ id }) => id),
      ),
      ...lastEvents(ended, sums, finishedAt),
    ]);
  }
}

interface NewEvent {
  event: EventName;
  data: object;
}

async function refreshJob(
  tx: Queries,
  job: JobWithFacts,
  sums: ChunkSums,
  started: boolean,
  questionIds: string[],
): Promise<void> {
  const now = new Date();
  const current = { ...job, startedAt: job.startedAt ?? (started ? now : null) };
  const { state } = jobStanding(current, sums, now);
  const ended = isEnded(state.status);
  const updated: JobWithFacts = {
    ...current,
    status: state.status,
    error: ended ? state.error : null,
    startedAt: current.startedAt ?? (ended ? now : null),
    finishedAt: ended ? now : null,
  };
  const answers = answersOf(updated, questionIds);
  await writeJob(tx, updated, [
    ...answers,
    ...(ended ? lastEvents(updated, sums, now) : [progressEvent(updated, sums, now)]),
  ]);
}

const answersOf = (job: JobWithFacts, questionIds: string[]): NewEvent[] =>
  job.questions
    .filter(({ id }) => questionIds.includes(id))
    .map((question) => ({ event: 'answer', data: questionView(question) }));

function progressEvent(job: JobWithFacts, sums: ChunkSums, now: Date): NewEvent {
  const { state, progress } = jobStanding(job, sums, now);
  return { event: 'progress', data: { status: state.status, stage: state.stage, progress } };
}

const lastEvents = (job: JobWithFacts, sums: ChunkSums, now: Date): NewEvent[] => [
  progressEvent(job, sums, now),
  { event: 'done', data: jobView(job, sums, now) },
];

async function writeJob(
  tx: Queries,
  { id, status, error, startedAt, finishedAt, eventSeq }: JobWithFacts,
  events: NewEvent[],
): Promise<void> {
  // one statement for both, because every commit of a stage writes it
  const numbered = events.map(({ event, data }, i) => ({ seq: eventSeq + i + 1, event, data }));
  await tx.$executeRaw`
    WITH updated AS (
      UPDATE job SET
        status = ${status},
        error = ${error === null ? null : JSON.stringify(error)}::jsonb,
        started_at = ${startedAt},
        finished_at = ${finishedAt},
        event_seq = ${eventSeq + events.length}
      WHERE id = ${id})
    INSERT INTO job_event (job_id, seq, event, data)
    SELECT ${id}, e.seq, e.event, e.data
    FROM jsonb_to_recordset(${JSON.stringify(numbered)}::jsonb) AS e (seq int, event text, data jsonb)`;
}
