import type {
  Job,
  JobStatus,
  JobSummary,
  MemoryStatus,
  Problem,
  Progress,
  QuestionStatus,
} from '@loci/contracts';
import { isEnded, jobProgress, jobStatusOf, type JobFacts, type JobState } from '@loci/pipeline';
import type { Queries } from './client.js';
import type {
  Job as JobModel,
  Memory as MemoryModel,
  Question as QuestionModel,
} from './generated/client.js';
import { problemOf } from './json-columns.js';
import { WITHOUT_STATE } from './records.js';
import { questionView, type ShownQuestion } from './views.js';

/** What a job's state needs of its memory. */
type MemoryFacts = Pick<MemoryModel, 'id' | 'status' | 'head' | 'chunks' | 'error' | 'finishedAt'>;

/** A job with the rows that its state is derived from. */
export type JobWithFacts = JobModel & { questions: QuestionModel[]; memory: MemoryFacts };

/** The relations that are read along with a job. */
export const WITH_FACTS = {
  questions: { orderBy: { position: 'asc' } },
  memory: { omit: WITHOUT_STATE },
} as const;

/** What its state and a summary need of a job: neither its metadata nor what was asked and answered. */
export type JobStandingRow = Omit<JobModel, 'metadata'> & {
  questions: Pick<QuestionModel, 'status' | 'error' | 'answerS'>[];
  memory: MemoryFacts;
};

/** How such rows are read. */
export const WITHOUT_TEXTS = {
  omit: { metadata: true },
  include: {
    questions: { select: { status: true, error: true, answerS: true } },
    memory: { omit: WITHOUT_STATE },
  },
} as const;

/** Sums over the chunks of one memory. */
export interface ChunkSums {
  /** Chunks perceived, those remembered among them. */
  perceived: number;
  perceiveS: number;
  rememberS: number;
}

/** How a memory stands, as memory_standing() tells it. */
export interface Standing extends ChunkSums, Pick<MemoryModel, 'id' | 'status' | 'head' | 'chunks'> {
  error: Problem | null;
  finishedAt: string | null;
}

const NO_CHUNKS: ChunkSums = { perceived: 0, perceiveS: 0, rememberS: 0 };

/** The sums over the chunks of each of these memories, in one query. */
export async function chunkSums(
  queries: Queries,
  memoryIds: string[],
): Promise<(memoryId: string) => ChunkSums> {
  const groups = await queries.chunk.groupBy({
    by: ['memoryId', 'status'],
    where: { memoryId: { in: [...new Set(memoryIds)] } },
    _count: { index: true },
    _sum: { perceiveS: true, rememberS: true },
  });
  const sums = new Map<string, ChunkSums>();
  for (const { memoryId, status, _count, _sum } of groups) {
    const before = sums.get(memoryId) ?? NO_CHUNKS;
    sums.set(memoryId, {
      perceived: before.perceived + (status === 'pending' ? 0 : _count.index),
      perceiveS: before.perceiveS + (_sum.perceiveS ?? 0),
      rememberS: before.rememberS + (_sum.rememberS ?? 0),
    });
  }
  return (memoryId) => sums.get(memoryId) ?? NO_CHUNKS;
}

/** The facts from which libs/pipeline derives a job's state. */
export function jobFacts(row: JobStandingRow, sums: ChunkSums): JobFacts {
  const status = row.status as JobStatus;
  const { memory } = row;
  return {
    memory: {
      status: memory.status as MemoryStatus,
      head: memory.head,
      chunks: memory.chunks,
      perceived: sums.perceived,
      error: problemOf(memory.error),
    },
    questions: row.questions.map((question) => ({
      status: question.status as QuestionStatus,
      error: problemOf(question.error),
    })),
    canceled: status === 'canceled',
    started: row.startedAt !== null,
    ended: isEnded(status) ? { status, error: problemOf(row.error) } : null,
  };
}

/** A job's state and progress at the moment `now`. */
export function jobStanding(
  row: JobStandingRow,
  sums: ChunkSums,
  now: Date,
): { state: JobState; progress: Progress } {
  const facts = jobFacts(row, sums);
  const { startedAt } = row;
  const elapsedS = startedAt === null ? null : secondsBetween(startedAt, row.finishedAt ?? now);
  const unanswered = facts.questions.map(() => ({ status: 'queued', error: null }) as const);
  const startFraction =
    startedAt !== null && memoryReadyBefore(row, startedAt)
      ? jobProgress({ memory: facts.memory, questions: unanswered }).fraction
      : 0;
  return { state: jobStatusOf(facts), progress: jobProgress(facts, { elapsedS, startFraction }) };
}

/** What the view of a job is made of. */
export type JobViewRow = Omit<JobWithFacts, 'questions'> & {
  questions: (ShownQuestion & Pick<QuestionModel, 'answerS'>)[];
};

/** The job as the HTTP contract has it. */
export const jobView = (row: JobViewRow, sums: ChunkSums, now = new Date()): Job => ({
  ...jobSummary(row, sums, now),
  questions: row.questions.map(questionView),
  metadata: row.metadata as Job['metadata'],
});

/** The job as the contract's lists have it. */
export function jobSummary(row: JobStandingRow, sums: ChunkSums, now = new Date()): JobSummary {
  const { state, progress } = jobStanding(row, sums, now);
  const reused = memoryReadyBefore(row, row.createdAt);
  return {
    id: row.id,
    ...(state satisfies { status: JobStatus; error: Problem | null }),
    video_id: row.videoId,
    memory_id: row.memoryId,
    progress,
    timings_s: {
      queued: secondsBetween(row.createdAt, row.startedAt ?? row.finishedAt ?? now),
      // building a memory that was ready before cost this job nothing
      perceive: reused ? 0 : sums.perceiveS,
      remember: reused ? 0 : sums.rememberS,
      answer: row.questions.reduce((sum, { answerS }) => sum + answerS, 0),
    },
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}

const memoryReadyBefore = ({ memory }: JobStandingRow, moment: Date): boolean =>
  memory.finishedAt !== null && memory.status === 'ready' && memory.finishedAt <= moment;

/** Seconds between two moments; at least 0, because the clocks of two machines may differ. */
const secondsBetween = (from: Date, to: Date): number => Math.max(0, (to.getTime() - from.getTime()) / 1000);
