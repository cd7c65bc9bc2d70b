import { beginAttempt, endAttempts, workOf } from './attempts.js';
import type { Connection, Queries } from './client.js';
import { standingEntries, writeStep } from './entries.js';
import { refreshJobs, startJobs } from './job-events.js';
import { interestIn } from './memory-interest.js';
import { lockMemory } from './memory-lock.js';
import type { MemoryRecord } from './records.js';
import { stillUpTo } from './still-stretches.js';
import type { RememberedChunk, RememberTask, Stages } from './stages.js';

export const rememberStage = ({
  transact,
  presence,
}: Connection): Pick<Stages, 'beginRemember' | 'commitRemember'> => ({
  beginRemember: async (memoryId, chunk) => {
    await presence.show();
    return transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory === null) return { skip: 'the memory is gone' };
      if (memory.status !== 'building') return { skip: `the memory is ${memory.status}` };
      if (memory.head !== chunk)
        return {
          skip: memory.head > chunk ? 'the chunk is remembered' : 'chunks before it are not remembered yet',
        };
      const row = await tx.chunk.findUniqueOrThrow({
        where: { memoryId_index: { memoryId, index: chunk } },
        select: { status: true },
      });
      if (row.status !== 'perceived') return { skip: `the chunk is ${row.status}` };
      const { wanted, unstarted } = await interestIn(tx, memoryId);
      if (!wanted) return { skip: 'nobody waits for the memory' };
      const work = workOf('remember', { memory_id: memoryId, chunk });
      if (!(await beginAttempt(tx, memoryId, work, presence.worker))) return { poison: true };
      if (unstarted) await startJobs(tx, memoryId);
      return {
        task: {
          memory,
          chunk,
          previous: await previousOf(tx, memoryId, chunk),
          pendingFrames: await pendingFramesOf(tx, memoryId),
          entries: await standingEntries(tx, memoryId),
          still: await stillUpTo(tx, memoryId, chunk - 1),
        },
      };
    });
  },

  commitRemember: (memoryId, chunk, done) =>
    transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory?.status !== 'building' || memory.head !== chunk) return 'lost';
      await writeStep(tx, memoryId, chunk, done);
      await writePendingFrames(tx, memoryId, chunk, done);
      await moveHead(tx, memory, chunk, done);
      await endAttempts(tx, memoryId, workOf('remember', { memory_id: memoryId, chunk }));
      await refreshJobs(tx, memoryId, {});
      return 'committed';
    }),
});

async function previousOf(tx: Queries, memoryId: string, chunk: number): Promise<RememberTask['previous']> {
  if (chunk === 0) return null;
  const [memory, before] = await Promise.all([
    tx.memory.findUniqueOrThrow({ where: { id: memoryId }, select: { localizerState: true } }),
    tx.chunk.findUniqueOrThrow({
      where: { memoryId_index: { memoryId, index: chunk - 1 } },
      select: { overlap: true },
    }),
  ]);
  if (memory.localizerState === null || before.overlap === null)
    throw new Error(`chunk ${chunk - 1} of memory ${memoryId} is remembered without its place in the world`);
  return { localizerState: memory.localizerState, overlap: before.overlap };
}

async function pendingFramesOf(tx: Queries, memoryId: string): Promise<Uint8Array[]> {
  const rows = await tx.pendingFrames.findMany({
    where: { memoryId },
    orderBy: { chunk: 'asc' },
    select: { frames: true },
  });
  return rows.map(({ frames }) => frames);
}

async function writePendingFrames(
  tx: Queries,
  memoryId: string,
  chunk: number,
  { pendingFrames, releasesPending }: RememberedChunk,
): Promise<void> {
  if (releasesPending) await tx.pendingFrames.deleteMany({ where: { memoryId } });
  if (pendingFrames !== null)
    await tx.pendingFrames.createMany({ data: [{ memoryId, chunk, frames: new Uint8Array(pendingFrames) }] });
}

/** The compare-and-set: under the lock on the memory's row, and once more in the update itself. */
async function moveHead(
  tx: Queries,
  { id, chunks }: MemoryRecord,
  chunk: number,
  done: RememberedChunk,
): Promise<void> {
  const head = chunk + 1;
  const now = new Date();
  const complete = head === chunks;
  const { count } = await tx.memory.updateMany({
    where: { id, head: chunk },
    data: {
      head,
      localizerState: complete ? null : new Uint8Array(done.localizerState),
      ...(complete ? { status: 'ready', finishedAt: now } : {}),
    },
  });
  if (count !== 1) throw new Error(`the head of memory ${id} moved under its lock`);
  await tx.chunk.update({
    where: { memoryId_index: { memoryId: id, index: chunk } },
    data: {
      status: 'remembered',
      overlap: complete ? null : new Uint8Array(done.overlap),
      still: done.still.flat(),
      noveltySum: done.noveltySum,
      noveltyFrames: done.noveltyFrames,
      seen: done.seen,
      rememberS: done.seconds,
    },
    select: { index: true },
  });
  // the overlap before has done its work
  await tx.chunk.updateMany({ where: { memoryId: id, index: chunk - 1 }, data: { overlap: null } });
  await tx.question.updateMany({
    where: { memoryId: id, status: 'queued', readyAt: null, needsChunks: { lte: head } },
    data: { readyAt: now },
  });
}
