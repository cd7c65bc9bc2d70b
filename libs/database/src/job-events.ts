import type { EventName, Problem } from '@loci/contracts';
import { isEnded } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { Prisma } from './generated/client.js';
import { jobStanding, jobView, type ChunkSums, type JobWithFacts } from './job-views.js';
import { json, toJson } from './json-columns.js';
import { liveJobs, liveJobsOf, seenJobs, type WhichJobs } from './live-jobs.js';
import { lockMemory } from './memory-lock.js';
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

/**
 * The same for who holds no lock: two calls, as long as nothing else changes the jobs or their memory between
 * them.
 */
export async function refreshSeenJobs(
  connection: Pick<Connection, 'read' | 'call' | 'transact'>,
  memoryId: string,
  change: JobChange,
): Promise<void> {
  const { started = false, questionIds = [], ...which } = change;
  const seen = await seenJobs(connection, memoryId, which);
  const { jobs, sums } = liveJobsOf(seen);
  if (seen === undefined || jobs.length === 0) return;
  const writes = jobs.map((job) => refreshed(job, sums, started, questionIds));
  const standing = toJson(seen.standing);
  const done = await connection.call<boolean>(
    'change_jobs',
    Prisma.sql`SELECT change_jobs(${memoryId}, ${standing}::jsonb, ${writtenJobs(writes)}) AS value`,
  );
  if (done) return;
  await connection.transact(async (tx) => {
    if ((await lockMemory(tx, memoryId)) !== null) await refreshJobs(tx, memoryId, change);
  });
}

/** Marks as started the jobs on a memory, or that one, that no worker has worked for yet. */
export const startJobs = (
  connection: Pick<Connection, 'read' | 'call' | 'transact'>,
  memoryId: string,
  jobId?: string,
): Promise<void> =>
  refreshSeenJobs(connection, memoryId, {
    ...(jobId === undefined ? {} : { jobId }),
    ...{ unstarted: true, started: true },
  });

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

/** Writes jobs and their new events, and says so to those who wait. */
async function writeJobs(tx: Queries, writes: JobWrite[]): Promise<void> {
  await tx.$queryRaw`SELECT write_jobs(${writtenJobs(writes)})::text`;
}

/** The parameters by which write_jobs(), and what calls it, take jobs and their new events. */
export function writtenJobs(writes: readonly JobWrite[]): Prisma.Sql {
  const rows = writes.map(({ job: { id, status, error, startedAt, finishedAt, eventSeq }, events }) => ({
    ...{ id, status, error },
    ...{ started_at: startedAt, finished_at: finishedAt },
    ...{ seen_seq: eventSeq, event_seq: eventSeq + events.length },
  }));
  return Prisma.sql`${JSON.stringify(rows)}::jsonb, ${JSON.stringify(writes.flatMap(eventRows))}::jsonb`;
}

/** The rows of a job's new events, numbered after those that it has. */
export const eventRows = ({ job, events }: JobWrite) =>
  events.map(({ event, data }, i) => ({ job_id: job.id, seq: job.eventSeq + i + 1, event, data }));
