import type { Connection, Queries } from './client.js';
import { Prisma, type Job as JobModel, type Question as QuestionModel } from './generated/client.js';
import type { ChunkSums, JobWithFacts, Standing } from './job-views.js';

/** Which of the live jobs on a memory. */
export interface WhichJobs {
  /** The job; without it, each. */
  jobId?: string;
  /** Only those that no worker has worked for yet. */
  unstarted?: boolean;
}

/** A row as Postgres gives it in JSON: moments as text. */
type JsonRow = Record<string, unknown>;

/** Jobs, and the sums over the chunks of their memory. */
export interface LiveJobs {
  jobs: JobWithFacts[];
  sums: ChunkSums;
}

/** What live_jobs() and memory_standing() give; without a standing, the memory is gone. */
export interface LiveRow {
  jobs: (JsonRow & { questions: JsonRow[] })[];
  standing: Standing | null;
}

const liveRows = (memoryId: string, { jobId, unstarted = false }: WhichJobs): Prisma.Sql => Prisma.sql`
  SELECT live_jobs(${memoryId}, ${jobId ?? null}::text, ${unstarted}::boolean) AS jobs,
    memory_standing(${memoryId}) AS standing`;

/** The jobs on a memory that have not ended, by their ids, and the sums over its chunks: one statement. */
export async function liveJobs(tx: Queries, memoryId: string, which: WhichJobs): Promise<LiveJobs> {
  const [found] = await tx.$queryRaw<LiveRow[]>(liveRows(memoryId, which));
  return liveJobsOf(found);
}

/** The same as they are seen by who holds no lock: they may change at any time. */
export async function seenJobs(
  { read }: Pick<Connection, 'read'>,
  memoryId: string,
  which: WhichJobs,
): Promise<LiveRow | undefined> {
  const [found] = await read<LiveRow>('live_jobs', liveRows(memoryId, which));
  return found;
}

export function liveJobsOf({ jobs, standing }: LiveRow = { jobs: [], standing: null }): LiveJobs {
  if (standing === null) return { jobs: [], sums: { perceived: 0, perceiveS: 0, rememberS: 0 } };
  const { perceived, perceiveS, rememberS, finishedAt, ...facts } = standing;
  const memory = { ...facts, finishedAt: finishedAt === null ? null : new Date(finishedAt) };
  return {
    jobs: jobs.map(({ questions, ...job }) => ({
      ...(rowOf(job) as JobModel),
      questions: questions.map((question) => rowOf(question) as QuestionModel),
      memory,
    })),
    sums: { perceived, perceiveS, rememberS },
  };
}

/** A row with its columns' names and moments as the models have them. */
const rowOf = (row: JsonRow): unknown =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      column.endsWith('_at') && typeof value === 'string' ? new Date(value) : value,
    ]),
  );
