import type { Problem } from '@loci/contracts';
import { workOf } from '@loci/pipeline';
import { beginAttempt, endAttempts } from './attempts.js';
import type { Connection, Queries } from './client.js';
import { entriesAfter } from './entries.js';
import { refreshJobs, startJobs } from './job-events.js';
import { secondsBetween } from './job-views.js';
import { lockMemory } from './memory-lock.js';
import { json } from './json-columns.js';
import { questionRecord, type MemoryRecord } from './records.js';
import { stillUpTo } from './still-stretches.js';
import type { PastMemory, Stages } from './stages.js';
import type { Question as QuestionModel } from './generated/client.js';

export const answerStage = ({
  transact,
  presence,
}: Connection): Pick<Stages, 'beginAnswer' | 'memoryAfter' | 'commitAnswer' | 'failQuestion'> => ({
  beginAnswer: async (questionId) => {
    await presence.show();
    return transact(async (tx) => {
      const found = await lockQuestion(tx, questionId);
      if (found === null) return { skip: 'the question is gone' };
      const { memory, question } = found;
      if (question.status !== 'queued') return { skip: `the question is ${question.status}` };
      if (question.needsChunks > memory.head)
        return { skip: 'the chunks that it needs are not remembered yet' };
      const work = workOf('answer', { question_id: questionId });
      if (!(await beginAttempt(tx, memory.id, work, presence.worker))) return { poison: true };
      if (question.jobId !== null) await startJobs(tx, memory.id, question.jobId);
      const chunk = question.needsChunks - 1;
      const { startS } = await tx.video.findUniqueOrThrow({
        where: { id: memory.videoId },
        select: { startS: true },
      });
      return { task: { question: questionRecord(question), memory, startS, chunk } };
    });
  },

  memoryAfter: (memoryId, chunk) => transact((tx) => pastMemory(tx, memoryId, chunk)),

  commitAnswer: (questionId, answer, { seconds }) =>
    transact(async (tx) => {
      const found = await lockQuestion(tx, questionId);
      if (found?.question.status !== 'queued') return false;
      const answeredAt = new Date();
      const latencyS = secondsBetween(found.question.readyAt ?? found.question.createdAt, answeredAt);
      await endQuestion(tx, found, {
        status: 'answered',
        answer: json(answer),
        answerS: seconds,
        answeredAt,
        latencyS,
      });
      return true;
    }),

  failQuestion: (questionId, problem: Problem) =>
    transact(async (tx) => {
      const found = await lockQuestion(tx, questionId);
      if (found?.question.status !== 'queued') return false;
      await endQuestion(tx, found, { status: 'failed', error: json(problem) });
      return true;
    }),
});

const pastMemory = async (tx: Queries, memoryId: string, chunk: number): Promise<PastMemory> => ({
  entries: await entriesAfter(tx, memoryId, chunk),
  ...(await perceivedUpTo(tx, memoryId, chunk)),
  still: await stillUpTo(tx, memoryId, chunk),
});

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

interface QuestionInMemory {
  memory: MemoryRecord;
  question: QuestionModel;
}

/** The question, read under its memory's lock; null when it is gone. */
async function lockQuestion(tx: Queries, id: string): Promise<QuestionInMemory | null> {
  const unlocked = await tx.question.findUnique({ where: { id }, select: { memoryId: true } });
  const memory = unlocked === null ? null : await lockMemory(tx, unlocked.memoryId);
  const question = memory === null ? null : await tx.question.findUnique({ where: { id } });
  return memory === null || question === null ? null : { memory, question };
}

async function endQuestion(
  tx: Queries,
  { memory, question }: QuestionInMemory,
  data: Parameters<Queries['question']['update']>[0]['data'],
): Promise<void> {
  await tx.question.update({ where: { id: question.id }, data });
  await endAttempts(tx, memory.id, workOf('answer', { question_id: question.id }));
  if (question.jobId !== null)
    await refreshJobs(tx, memory.id, { jobId: question.jobId, questionIds: [question.id] });
}
