import type { ComposedAnswer } from '@loci/answering';
import { clockScaleSchema, type Problem } from '@loci/contracts';
import { MAX_DEATHS, workOf } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { entriesAfter } from './entries.js';
import { Prisma } from './generated/client.js';
import { refreshed, refreshJobs, startJobs, writtenJobs } from './job-events.js';
import { toJson } from './json-columns.js';
import { liveJobsOf, type LiveRow } from './live-jobs.js';
import { WORKERS } from './presence.js';
import type { MemoryRecord, QuestionRecord } from './records.js';
import type { PastMemory, Stages } from './stages.js';
import { stretchesOf } from './still-stretches.js';

/** What begin_answer() gives (prisma/migrations/0017_answer_calls). */
type BegunCall =
  | { skip: string }
  | { poison: true }
  | { unstarted: boolean; question: QuestionRecord; memory: MemoryRecord; startS: number };

/** What question_standing() gives (prisma/migrations/0021_few_calls): moments as texts. */
interface SeenQuestion extends LiveRow {
  memory_id: string;
  job_id: string | null;
  answered_at: string;
  latency_s: number;
}

/** How often an answer is committed to a job as it was seen; then as it is found with the memory locked. */
const SEEN_TRIES = 3;

export const answerStage = (
  connection: Connection,
): Pick<Stages, 'beginAnswer' | 'memoryAfter' | 'commitAnswer' | 'failQuestion'> => ({
  beginAnswer: async (questionId) => {
    const { call, presence } = connection;
    await presence.show();
    const work = workOf('answer', { question_id: questionId });
    const begun = await call<BegunCall>(
      'begin_answer',
      Prisma.sql`SELECT begin_answer(
        ${questionId}, ${work}, ${presence.worker}, ${MAX_DEATHS}, ${WORKERS}) AS value`,
    );
    if (!('question' in begun)) return begun;
    const { unstarted, question, memory, startS } = begun;
    const { jobId } = question;
    const clock = clockScaleSchema.nullable().parse(memory.clock);
    return {
      task: { question, memory: { ...memory, clock }, startS, chunk: question.needsChunks - 1 },
      start: unstarted && jobId !== null ? () => startJobs(connection, memory.id, jobId) : null,
    };
  },

  memoryAfter: (memoryId, chunk) => pastMemory(connection, memoryId, chunk),

  async commitAnswer(questionId, answer, { seconds }) {
    for (let tries = 0; tries < SEEN_TRIES; tries += 1) {
      const outcome = await commitSeen(connection, questionId, answer, seconds);
      if (outcome !== 'changed') return outcome === 'committed';
    }
    return connection.transact((tx) => endQuestion(tx, questionId, { answer, seconds, error: null }));
  },

  failQuestion: (questionId, error) =>
    connection.transact((tx) => endQuestion(tx, questionId, { answer: null, seconds: 0, error })),
});

/** Commits an answer by two calls, where nothing changes its job or its memory between them. */
async function commitSeen(
  { read, call }: Connection,
  questionId: string,
  answer: ComposedAnswer,
  answerS: number,
): Promise<'committed' | 'lost' | 'changed'> {
  const [seen] = await read<SeenQuestion>(
    'question_standing',
    Prisma.sql`SELECT memory_id, job_id, jobs, standing, answered_at::text, latency_s
      FROM question_standing(${questionId})`,
  );
  if (seen === undefined) return 'lost';
  if (seen.job_id === null) {
    const end = endOf(questionId, { answer, seconds: answerS, error: null });
    return (await call<EndedQuestion | null>('end_question', end)) === null ? 'lost' : 'committed';
  }
  const { jobs, sums } = liveJobsOf(seen);
  const answered = {
    ...{ status: 'answered', answer: { ...answer }, answerS },
    ...{ answeredAt: new Date(seen.answered_at), latencyS: seen.latency_s },
  };
  const writes = jobs.map((job) => {
    const questions = job.questions.map((question) =>
      question.id === questionId ? { ...question, ...answered } : question,
    );
    return refreshed({ ...job, questions }, sums, false, [questionId]);
  });
  const work = workOf('answer', { question_id: questionId });
  return call<'committed' | 'lost' | 'changed'>(
    'commit_answer',
    Prisma.sql`SELECT commit_answer(
      ${questionId}, ${work}, ${toJson(answer)}::jsonb, ${answerS}::float8, ${seen.answered_at}::timestamptz,
      ${seen.latency_s}::float8, ${toJson(seen.standing)}::jsonb, ${writtenJobs(writes)}) AS value`,
  );
}

/** No transaction: what was remembered up to a chunk does not change. */
async function pastMemory(connection: Connection, memoryId: string, chunk: number): Promise<PastMemory> {
  const [entries, perceived] = await Promise.all([
    entriesAfter(connection, memoryId, chunk),
    perceivedUpTo(connection, memoryId, chunk),
  ]);
  return { entries, ...perceived };
}

/** What a chunk's row says of its frames. */
interface ChunkRow {
  noveltySum: number;
  noveltyFrames: number;
  seen: number[];
  lastSeen: number[];
  still: number[];
}

/**
 * What was perceived in the frames remembered up to a chunk, however far the memory has come since. Sums are
 * taken here, in chunk order: a database may add in any order, and the last bit would differ.
 */
async function perceivedUpTo(
  { read }: Pick<Connection, 'read'>,
  memoryId: string,
  chunk: number,
): Promise<Omit<PastMemory, 'entries'>> {
  const rows = await read<ChunkRow>(
    'perceived_up_to',
    Prisma.sql`SELECT novelty_sum AS "noveltySum", novelty_frames AS "noveltyFrames", seen,
      last_seen AS "lastSeen", still
      FROM chunk WHERE memory_id = ${memoryId} AND index <= ${chunk} ORDER BY index`,
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const frames = sum(rows.map(({ noveltyFrames }) => noveltyFrames));
  return {
    novelty: frames === 0 ? 0 : sum(rows.map(({ noveltySum }) => noveltySum)) / frames,
    seen: byCategory(
      rows.map(({ seen }) => seen),
      sum,
    ),
    lastSeen: byCategory(
      rows.map(({ lastSeen }) => lastSeen),
      (values) => Math.max(...values),
    ),
    still: rows.flatMap(({ still }) => stretchesOf(still)),
  };
}

/** What chunks tell of each category, as one; null where one of them tells nothing. */
function byCategory(
  chunks: readonly (readonly number[])[],
  join: (values: number[]) => number,
): number[] | null {
  const [first] = chunks;
  if (first === undefined || chunks.some((values) => values.length === 0)) return null;
  return first.map((_, category) => join(chunks.map((values) => values[category] ?? 0)));
}

/** What end_question() gives; null when the question had ended already. */
interface EndedQuestion {
  memoryId: string;
  jobId: string | null;
}

interface QuestionEnd {
  answer: ComposedAnswer | null;
  seconds: number;
  error: Problem | null;
}

const endOf = (questionId: string, { answer, seconds, error }: QuestionEnd): Prisma.Sql => {
  const work = workOf('answer', { question_id: questionId });
  return Prisma.sql`SELECT end_question(
    ${questionId}, ${work}, ${toJson(answer)}::jsonb, ${seconds}::float8, ${toJson(error)}::jsonb) AS value`;
};

/** Ends a queued question, and tells its job. False when it had ended already. */
async function endQuestion(tx: Queries, questionId: string, end: QuestionEnd): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ value: EndedQuestion | null }[]>(endOf(questionId, end));
  const ended = row?.value ?? null;
  if (ended === null) return false;
  const { memoryId, jobId } = ended;
  if (jobId !== null) await refreshJobs(tx, memoryId, { jobId, questionIds: [questionId] });
  return true;
}
