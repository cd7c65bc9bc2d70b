import type { Queries } from './client.js';
import type { Job as JobModel, Question as QuestionModel } from './generated/client.js';
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

/** The jobs on a memory that have not ended, by their ids, and the sums over its chunks: one statement. */
export async function liveJobs(
  tx: Queries,
  memoryId: string,
  { jobId, unstarted = false }: WhichJobs,
): Promise<{ jobs: JobWithFacts[]; sums: ChunkSums }> {
  const [found] = await tx.$queryRaw<
    { jobs: (JsonRow & { questions: JsonRow[] })[]; standing: Standing | null }[]
  >`
    SELECT live_jobs(${memoryId}, ${jobId ?? null}::text, ${unstarted}::boolean) AS jobs,
      memory_standing(${memoryId}) AS standing`;
  const { jobs = [], standing = null } = found ?? {};
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
