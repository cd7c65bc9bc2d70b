import type { EventName, Job, JobEvent, JobStatus, JobSummary, Page, VideoListQuery } from '@loci/contracts';
import { isEnded } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { Prisma, type JobEvent as EventRow } from './generated/client.js';
import { endJobs } from './job-events.js';
import { chunkSums, jobSummary, WITHOUT_TEXTS } from './job-views.js';
import { lockMemory } from './memory-lock.js';
import { pageWindow, toPage } from './pages.js';
import { readJob } from './read-job.js';
import { Submits, type Submitted } from './submit.js';
import type { SubmitRequest } from './submit-request.js';

export interface Jobs {
  /**
   * Creates a job on the memory of (video, model, sampling). A missing memory is created; a failed one is
   * built on from its last committed chunk. The job that the idempotency key made within 24 hours is the
   * result, where there is one.
   * @throws LociError idempotency-mismatch; NotFoundError when the tenant has no such video
   */
  submit(request: SubmitRequest): Promise<Submitted>;
  get(tenant: string, id: string): Promise<Job | null>;
  /** Whether it has ended; null when the tenant has no such job. Cheap, for callers that poll. */
  hasEnded(tenant: string, id: string): Promise<boolean | null>;
  /** Newest first. */
  list(tenant: string, query: VideoListQuery): Promise<Page<JobSummary>>;
  /**
   * Ends the job and its queued questions. 'ended': it had ended before. Null: the tenant has no such job.
   */
  cancel(tenant: string, id: string): Promise<'canceled' | 'ended' | null>;
  /** The job's events after `afterSeq`, oldest first. */
  events(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]>;
  /**
   * The events of many jobs in one query: of each job those after `afterSeq`, oldest first.
   * @returns the events, and the jobs that were deleted with their video, of which no event will come
   */
  eventsOfMany(
    readers: { jobId: string; afterSeq: number }[],
    limit: number,
  ): Promise<{ events: { jobId: string; event: JobEvent }[]; gone: string[] }>;
}

/** An event's row as the HTTP contract has it. */
const eventOf = ({ seq, event, data }: Pick<EventRow, 'seq' | 'event' | 'data'>): JobEvent =>
  ({ id: seq, event: event as EventName, data }) as JobEvent;

export function jobsOf(connection: Connection): Jobs {
  const { prisma, transact } = connection;
  const submits = new Submits(connection);
  return {
    submit: (request) => submits.submit(request),
    get: (tenant, id) => readJob(connection, tenant, id),
    async hasEnded(tenant, id) {
      const [row] = await connection.read<{ status: JobStatus }>(
        'job_status',
        Prisma.sql`SELECT status FROM job WHERE id = ${id} AND tenant = ${tenant}`,
      );
      return row === undefined ? null : isEnded(row.status);
    },
    async list(tenant, { video_id: videoId, ...page }) {
      const { where, ...window } = pageWindow(page);
      const ofVideo = videoId === undefined ? {} : { videoId };
      const rows = await prisma.job.findMany({
        where: { tenant, ...ofVideo, ...where },
        ...WITHOUT_TEXTS,
        ...window,
      });
      return toPage(rows, page, async (kept) => {
        const sums = await chunkSums(
          prisma,
          kept.map(({ memoryId }) => memoryId),
        );
        return kept.map((row) => jobSummary(row, sums(row.memoryId)));
      });
    },
    cancel: (tenant, id) =>
      transact(async (tx) => {
        const job = await tx.job.findFirst({ where: { id, tenant }, select: { memoryId: true } });
        if (job === null || (await lockMemory(tx, job.memoryId)) === null) return null;
        const { status } = await tx.job.findUniqueOrThrow({ where: { id }, select: { status: true } });
        if (isEnded(status as Job['status'])) return 'ended';
        await endJobs(tx, job.memoryId, 'canceled', null, id);
        return 'canceled';
      }),
    async events(jobId, afterSeq, limit) {
      const rows = await prisma.jobEvent.findMany({
        where: { jobId, seq: { gt: afterSeq } },
        orderBy: { seq: 'asc' },
        take: limit,
      });
      return rows.map(eventOf);
    },
    eventsOfMany: (readers, limit) => eventsOfMany(prisma, readers, limit),
  };
}

async function eventsOfMany(
  queries: Queries,
  readers: Parameters<Jobs['eventsOfMany']>[0],
  limit: number,
): ReturnType<Jobs['eventsOfMany']> {
  const rows = await queries.$queryRaw<
    (Pick<EventRow, 'jobId' | 'seq' | 'event' | 'data'> & { gone: boolean })[]
  >`
    SELECT r.job_id AS "jobId", e.seq, e.event, e.data, j.id IS NULL AS gone
    FROM unnest(
      ${readers.map(({ jobId }) => jobId)}::text[],
      ${readers.map(({ afterSeq }) => afterSeq)}::int[]
    ) AS r (job_id, after_seq)
    LEFT JOIN job j ON j.id = r.job_id
    LEFT JOIN job_event e ON e.job_id = r.job_id AND e.seq > r.after_seq
    WHERE j.id IS NULL OR e.seq IS NOT NULL
    ORDER BY r.job_id, e.seq LIMIT ${limit}`;
  return {
    events: rows.filter(({ gone }) => !gone).map((row) => ({ jobId: row.jobId, event: eventOf(row) })),
    gone: rows.filter(({ gone }) => gone).map(({ jobId }) => jobId),
  };
}
