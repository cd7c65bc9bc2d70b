import type { Job } from '@loci/contracts';
import type { Connection } from './client.js';
import { Prisma, type Job as JobModel } from './generated/client.js';
import { jobView, type JobViewRow, type Standing } from './job-views.js';

/** What one statement gives of a job; in JSON, moments are texts. */
interface JobRow extends JobModel {
  standing: Standing;
  questions: (Omit<JobViewRow['questions'][number], 'createdAt'> & { createdAt: string })[];
}

/** What a job's view needs of its questions, by their places. */
const QUESTIONS = Prisma.sql`
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'id', q.id, 'memoryId', q.memory_id, 'jobId', q.job_id, 'question', q.question, 'options', q.options,
    'asOfS', q.as_of_s, 'status', q.status, 'answer', q.answer, 'error', q.error, 'answerS', q.answer_s,
    'createdAt', q.created_at, 'latencyS', q.latency_s) ORDER BY q.position), '[]')
  FROM question q WHERE q.job_id = j.id`;

/**
 * A tenant's job as it stands at one moment, by one statement: clients poll it while others submit. Null: the
 * tenant has no such job.
 */
export async function readJob(
  { read }: Pick<Connection, 'read'>,
  tenant: string,
  id: string,
): Promise<Job | null> {
  const [row] = await read<JobRow>(
    'job',
    Prisma.sql`SELECT j.id, j.tenant, j.video_id AS "videoId", j.memory_id AS "memoryId", j.status,
      j.metadata, j.error, j.event_seq AS "eventSeq",
      j.created_at AS "createdAt", j.started_at AS "startedAt",
      j.finished_at AS "finishedAt", memory_standing(j.memory_id) AS standing, (${QUESTIONS}) AS questions
    FROM job j WHERE j.id = ${id} AND j.tenant = ${tenant}`,
  );
  if (row === undefined) return null;
  const { standing, questions, ...job } = row;
  const { finishedAt } = standing;
  const memory = { ...standing, finishedAt: finishedAt === null ? null : new Date(finishedAt) };
  const shown = questions.map((question) => ({ ...question, createdAt: new Date(question.createdAt) }));
  return jobView({ ...job, memory, questions: shown }, standing);
}
