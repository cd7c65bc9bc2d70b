import type { ComposedAnswer } from '@loci/answering';
import { clockScaleSchema, type Problem } from '@loci/contracts';
import { MAX_DEATHS, workOf } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { entriesAfter } from './entries.js';
import { Prisma } from './generated/client.js';
import { refreshJobs, startJobs } from './job-events.js';
import { toJson } from './json-columns.js';
import { lockMemory } from './memory-lock.js';
import { WORKERS } from './presence.js';
import type { MemoryRecord, QuestionRecord } from './records.js';
import type { PastMemory, Stages } from './stages.js';
import { stillUpTo } from './still-stretches.js';

/** What begin_answer() gives (prisma/migrations/0017_answer_calls). */
type BegunCall =
  | { skip: string }
  | { poison: true }
  | { unstarted: boolean; question: QuestionRecord; memory: MemoryRecord; startS: number };

export const answerStage = ({
  prisma,
  call,
  transact,
  presence,
}: Connection): Pick<Stages, 'beginAnswer' | 'memoryAfter' | 'commitAnswer' | 'failQuestion'> => ({
  beginAnswer: async (questionId) => {
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
    if (unstarted && jobId !== null)
      await transact(async (tx) => {
        if ((await lockMemory(tx, memory.id)) !== null) await startJobs(tx, memory.id, jobId);
      });
    const clock = clockScaleSchema.nullable().parse(memory.clock);
    return { task: { question, memory: { ...memory, clock }, startS, chunk: question.needsChunks - 1 } };
  },

  memoryAfter: (memoryId, chunk) => pastMemory(prisma, memoryId, chunk),

  commitAnswer: (questionId, answer, { seconds }) =>
    transact((tx) => endQuestion(tx, questionId, { answer, seconds, error: null })),

  failQuestion: (questionId, error) =>
    transact((tx) => endQuestion(tx, questionId, { answer: null, seconds: 0, error })),
});

/** No transaction: what was remembered up to a chunk does not change. */
async function pastMemory(queries: Queries, memoryId: string, chunk: number): Promise<PastMemory> {
  const [entries, perceived, still] = await Promise.all([
    entriesAfter(queries, memoryId, chunk),
    perceivedUpTo(queries, memoryId, chunk),
    stillUpTo(queries, memoryId, chunk),
  ]);
  return { entries, ...perceived, still };
}

/**
 * What was perceived in the frames remembered up to a chunk, however far the memory has come since. Sums are
 * taken here, in chunk order: a database may add in any order, and the last bit would differ.
 */
async function perceivedUpTo(
  tx: Queries,
  memoryId: string,
  chunk: number,
): Promise<Pick<PastMemory, 'novelty' | 'seen' | 'lastSeen'>> {
  const rows = await tx.chunk.findMany({
    where: { memoryId, index: { lte: chunk } },
    orderBy: { index: 'asc' },
    select: { noveltySum: true, noveltyFrames: true, seen: true, lastSeen: true },
  });
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

/** Ends a queued question, and tells its job. False when it had ended already. */
async function endQuestion(
  tx: Queries,
  questionId: string,
  { answer, seconds, error }: { answer: ComposedAnswer | null; seconds: number; error: Problem | null },
): Promise<boolean> {
  const work = workOf('answer', { question_id: questionId });
  const [row] = await tx.$queryRaw<{ value: { memoryId: string; jobId: string | null } | null }[]>`
    SELECT end_question(
      ${questionId}, ${work}, ${toJson(answer)}::jsonb, ${seconds}::float8,
      ${toJson(error)}::jsonb) AS value`;
  const ended = row?.value ?? null;
  if (ended === null) return false;
  const { memoryId, jobId } = ended;
  if (jobId !== null) await refreshJobs(tx, memoryId, { jobId, questionIds: [questionId] });
  return true;
}
