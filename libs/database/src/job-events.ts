import type { EventName, Problem } from '@loci/contracts';
import { isEnded } from '@loci/pipeline';
import type { Queries } from './client.js';
import { chunkSums, jobStanding, jobView, WITH_FACTS, type ChunkSums, type JobWithFacts } from './job-views.js';
import { json, questionView } from './rows.js';

const LIVE = { in: ['queued', 'running'] };

/** Which of a memory's jobs moved, and by what. */
export interface Movement {
  /** Only this job; every live job on the memory when it is not given. */
  jobId?: string;
  /** A worker has begun work for them: they are running from now on. */
  started?: boolean;
  /** Questions that have just ended. */
  questionIds?: string[];
}

/**
 * Brings the jobs on a memory up to what the rows say, inside the transaction that changed the rows: status, start, end, and
 * the events `answer`, `progress` and, at the end, `done`. The caller holds the lock on the memory's row, so that events count up
 * in the order of the commits.
 */
export async function refreshJobs(
  tx: Queries,
  memoryId: string,
  { jobId, started = false, questionIds = [] }: Movement,
): Promise<void> {
  const jobs = await tx.job.findMany({
    where: { memoryId, status: LIVE, ...(jobId === undefined ? {} : { id: jobId }) },
    include: WITH_FACTS,
    orderBy: { id: 'asc' },
  });
  if (jobs.length === 0) return;
  const sums = (await chunkSums(tx, [memoryId]))(memoryId);
  for (const job of jobs) await settle(tx, job, sums, started, questionIds);
}

/** Marks as started the jobs that wait for this memory's first worker; says nothing when there is none. */
export async function startJobs(tx: Queries, memoryId: string, jobId?: string): Promise<void> {
  const waiting = await tx.job.findMany({
    where: { memoryId, status: 'queued', startedAt: null, ...(jobId === undefined ? {} : { id: jobId }) },
    select: { id: true },
  });
  for (const { id } of waiting) await refreshJobs(tx, memoryId, { jobId: id, started: true });
}

/** Ends live jobs of a memory as they are told, whatever their rows say. The caller holds the lock on the memory's row. */
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

async function settle(
  tx: Queries,
  job: JobWithFacts,
  sums: ChunkSums,
  started: boolean,
  questionIds: string[],
): Promise<void> {
  const now = new Date();
  const begun = { ...job, startedAt: job.startedAt ?? (started ? now : null) };
  const { state } = jobStanding(begun, sums, now);
  const ended = isEnded(state.status);
  const moved: JobWithFacts = {
    ...begun,
    status: state.status,
    error: ended ? state.error : null,
    startedAt: begun.startedAt ?? (ended ? now : null),
    finishedAt: ended ? now : null,
  };
  const answers = answersOf(moved, questionIds);
  await writeJob(tx, moved, [
    ...answers,
    ...(ended ? lastEvents(moved, sums, now) : [progressEvent(moved, sums, now)]),
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
  // both in one statement: this is written with every commit of a stage
  const rows = events.map(({ event, data }, i) => ({ seq: eventSeq + i + 1, event, data }));
  await tx.$executeRaw`
    WITH moved AS (
      UPDATE job SET status = ${status}, error = ${error === null ? null : JSON.stringify(error)}::jsonb, started_at = ${startedAt}, finished_at = ${finishedAt},
        event_seq = ${eventSeq + events.length}
      WHERE id = ${id})
    INSERT INTO job_event (job_id, seq, event, data)
    SELECT ${id}, e.seq, e.event, e.data FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (seq int, event text, data jsonb)`;
}
