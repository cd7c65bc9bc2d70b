import type { Sim3 } from '@loci/memory';
import { isPoison } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { standingEntries, writeStep } from './entries.js';
import { refreshJobs, startJobs } from './job-events.js';
import { interestIn } from './memory-interest.js';
import { lockMemory } from './memory-lock.js';
import { json } from './json-columns.js';
import type { MemoryRecord } from './records.js';
import type { RememberedChunk, RememberTask, Stages } from './stages.js';

export const rememberStage = ({
  transact,
}: Connection): Pick<Stages, 'beginRemember' | 'commitRemember'> => ({
  beginRemember: (memoryId, chunk) =>
    transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory === null) return { skip: 'the memory is gone' };
      if (memory.status !== 'building') return { skip: `the memory is ${memory.status}` };
      if (memory.head !== chunk)
        return {
          skip: memory.head > chunk ? 'the chunk is remembered' : 'chunks before it are not remembered yet',
        };
      const row = await tx.chunk.findUniqueOrThrow({
        where: { memoryId_index: { memoryId, index: chunk } },
        select: { status: true, rememberStarts: true },
      });
      if (row.status !== 'perceived') return { skip: `the chunk is ${row.status}` };
      const { wanted, unstarted } = await interestIn(tx, memoryId);
      if (!wanted) return { skip: 'nobody waits for the memory' };
      if (isPoison(row.rememberStarts)) return { poison: true };
      await tx.chunk.update({
        where: { memoryId_index: { memoryId, index: chunk } },
        data: { rememberStarts: { increment: 1 } },
      });
      if (unstarted) await startJobs(tx, memoryId);
      return {
        task: {
          memory,
          chunk,
          previous: await previousOf(tx, memoryId, chunk),
          entries: await standingEntries(tx, memoryId),
        },
      };
    }),

  commitRemember: (memoryId, chunk, done) =>
    transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory?.status !== 'building' || memory.head !== chunk) return 'lost';
      await writeStep(tx, memoryId, chunk, done);
      await moveHead(tx, memory, chunk, done);
      await refreshJobs(tx, memoryId, {});
      return 'committed';
    }),
});

async function previousOf(tx: Queries, memoryId: string, chunk: number): Promise<RememberTask['previous']> {
  if (chunk === 0) return null;
  const rows = await tx.chunk.findMany({
    where: { memoryId, index: { lt: chunk }, tail: { not: null } },
    orderBy: { index: 'asc' },
    select: { index: true, toWorld: true, tail: true },
  });
  const before = rows.at(-1);
  if (before?.index !== chunk - 1 || before.toWorld === null)
    throw new Error(`chunk ${chunk - 1} of memory ${memoryId} is remembered without its place in the world`);
  return { toWorld: before.toWorld as unknown as Sim3, tails: rows.flatMap(({ tail }) => tail ?? []) };
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
  const { count } = await tx.memory.updateMany({
    where: { id, head: chunk },
    data: { head, ...(head === chunks ? { status: 'ready', finishedAt: now } : {}) },
  });
  if (count !== 1) throw new Error(`the head of memory ${id} moved under its lock`);
  await tx.chunk.update({
    where: { memoryId_index: { memoryId: id, index: chunk } },
    data: {
      status: 'remembered',
      toWorld: json(done.toWorld),
      tail: new Uint8Array(done.tail),
      noveltySum: done.noveltySum,
      noveltyFrames: done.noveltyFrames,
      rememberS: done.seconds,
      rememberStarts: 0,
    },
    // else the whole row would come back, and with it the tail
    select: { index: true },
  });
  // the tails before have done their work; those in which frames waited hold megabytes
  if (!done.waits)
    await tx.chunk.updateMany({
      where: { memoryId: id, index: { lt: chunk }, tail: { not: null } },
      data: { tail: null },
    });
  await tx.question.updateMany({
    where: { memoryId: id, status: 'queued', readyAt: null, needsChunks: { lte: head } },
    data: { readyAt: now },
  });
}
