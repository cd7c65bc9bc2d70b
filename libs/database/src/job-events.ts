import type { EventName, Problem } from '@loci/contracts';
import { isEnded } from '@loci/pipeline';
import type { Queries } from './client.js';
import { jobStanding, jobView, type ChunkSums, type JobWithFacts } from './job-views.js';
import { json } from './json-columns.js';
import { liveJobs, type WhichJobs } from './live-jobs.js';
import { CHANNEL } from './news.js';
import { questionView } from './views.js';

/** What has changed for the jobs on a memory. */
export interface JobChange extends WhichJobs {
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
  { started = false, questionIds = [], ...which }: JobChange,
): Promise<void> {
  const { jobs, sums } = await liveJobs(tx, memoryId, which);
  if (jobs.length === 0) return;
  await writeJobs(
    tx,
    jobs.map((job) => refreshed(job, sums, started, questionIds)),
  );
}

/** Marks as started the jobs on a memory that no worker has worked for yet. */
export async function startJobs(tx: Queries, memoryId: string, jobId?: string): Promise<void> {
  const which = jobId === undefined ? {} : { jobId };
  await refreshJobs(tx, memoryId, { ...which, unstarted: true, started: true });
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
  const { jobs: live, sums } = await liveJobs(tx, memoryId, jobId === undefined ? {} : { jobId });
  if (live.length === 0) return;
  const finishedAt = new Date();
  await tx.question.updateMany({
    where: { jobId: { in: live.map(({ id }) => id) }, status: 'queued' },
    data: { status, error: json(error) },
  });
  const changes = live.map((job): JobWrite => {
    const questions = job.questions.map((question) =>
      question.status === 'queued' ? { ...question, status, error } : question,
    );
    const ended = { ...job, status, error, finishedAt, questions };
    const queued = job.questions.filter((question) => question.status === 'queued').map(({ id }) => id);
    return { job: ended, events: [...answersOf(ended, queued), ...lastEvents(ended, sums, finishedAt)] };
  });
  await writeJobs(tx, changes);
}

export interface NewEvent {
  event: EventName;
  data: object;
}

/** A job as it stands after a change, and the events that tell of it. */
export interface JobWrite {
  job: JobWithFacts;
  events: NewEvent[];
}

/** A job with the status that its facts give it, and the events that tell of the change. */
export function refreshed(
  job: JobWithFacts,
  sums: ChunkSums,
  started: boolean,
  questionIds: string[],
): JobWrite {
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
  const last = ended ? lastEvents(updated, sums, now) : [progressEvent(updated, sums, now)];
  return { job: updated, events: [...answersOf(updated, questionIds), ...last] };
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

/**
 * Writes jobs and their new events in one statement, because every commit of a stage does it, and says so to
 * those who wait.
 */
async function writeJobs(tx: Queries, writes: JobWrite[]): Promise<void> {
  const rows = writes.map(({ job: { id, status, error, startedAt, finishedAt, eventSeq }, events }) => ({
    ...{ id, status, error },
    started_at: startedAt,
    finished_at: finishedAt,
    event_seq: eventSeq + events.length,
  }));
  await tx.$queryRaw`
    WITH updated AS (
      UPDATE job SET
        status = j.status, error = j.error, started_at = j.started_at, finished_at = j.finished_at,
        event_seq = j.event_seq
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS j (
        id text, status text, error jsonb, started_at timestamptz, finished_at timestamptz, event_seq int)
      WHERE job.id = j.id),
    told AS (
      INSERT INTO job_event (job_id, seq, event, data)
      SELECT e.job_id, e.seq, e.event, e.data
      FROM jsonb_to_recordset(${JSON.stringify(writes.flatMap(eventRows))}::jsonb) AS e (
        job_id text, seq int, event text, data jsonb)
      RETURNING job_id)
    SELECT count(pg_notify(${CHANNEL}, job_id)) FROM (SELECT DISTINCT job_id FROM told) AS jobs`;
}

/** The rows of a job's new events, numbered after those that it has. */
export const eventRows = ({ job, events }: JobWrite) =>
  events.map(({ event, data }, i) => ({ job_id: job.id, seq: job.eventSeq + i + 1, event, data }));
