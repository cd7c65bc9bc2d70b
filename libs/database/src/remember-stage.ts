import { workOf } from '@loci/pipeline';
import { beginChunk, commitChunk, commitLastChunk, commonArguments } from './calls.js';
import type { Connection, Queries } from './client.js';
import { standingEntries } from './entries.js';
import { Prisma } from './generated/client.js';
import { lockMemory } from './memory-lock.js';
import { packTokens } from './packed-tokens.js';
import { stillUpTo } from './still-stretches.js';
import type { MemoryBefore, RememberedChunk, Stages } from './stages.js';

export const rememberStage = (
  connection: Connection,
): Pick<Stages, 'beginRemember' | 'memoryBefore' | 'givenCamera' | 'givenCameras' | 'commitRemember'> => ({
  async beginRemember(memoryId, chunk) {
    const work = workOf('remember', { memory_id: memoryId, chunk });
    const begun = await beginChunk(connection, 'remember', memoryId, chunk, work);
    return 'task' in begun ? { ...begun, task: { memory: begun.task.memory, chunk } } : begun;
  },

  memoryBefore: (memoryId, chunk) =>
    connection.transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory?.head !== chunk) return null;
      return {
        previous: await previousOf(tx, memoryId, chunk),
        pendingFrames: await pendingFramesOf(tx, memoryId),
        entries: await standingEntries(tx, memoryId),
        still: await stillUpTo(tx, memoryId, chunk - 1),
      };
    }),

  async givenCamera(memoryId, chunk) {
    const row = await connection.prisma.chunk.findUnique({
      where: { memoryId_index: { memoryId, index: chunk } },
      select: { camera: true },
    });
    return row?.camera ?? null;
  },

  async givenCameras(memoryId) {
    const rows = await connection.prisma.chunk.findMany({
      where: { memoryId },
      orderBy: { index: 'asc' },
      select: { camera: true },
    });
    return rows.map(({ camera }) => camera);
  },

  async commitRemember(memory, chunk, done) {
    const work = workOf('remember', { memory_id: memory.id, chunk });
    const { localizerState, overlap, pendingFrames } = done;
    const { step, tokens } = encodeStep(done);
    const given = Prisma.sql`(
      ${memory.id}, ${chunk}, ${work}, ${step}::jsonb, ${tokens}::bytea, ${localizerState}::bytea,
      ${overlap}::bytea, ${pendingFrames}::bytea, ${commonArguments(connection.quietMs)})`;
    if (chunk + 1 === memory.chunks) return commitLastChunk(connection, memory.id, given);
    const statement = Prisma.sql`SELECT commit_remember${given} AS value`;
    return commitChunk(connection, memory.id, 'commit_remember', statement);
  },
});

/** A chunk's result as commit_remember takes it: JSON, and the tokens of all opened entries in one array. */
function encodeStep({ opened, closed, still, releasesPending, ...sums }: RememberedChunk): {
  step: string;
  tokens: Uint8Array;
} {
  let tokensFrom = 0;
  const packed = opened.map(({ tokens }) => packTokens(tokens));
  const entries = opened.map(({ kind, slot, fromChunk, toChunk, frame, tS, pose }, i) => {
    const tokensLength = packed[i]?.length ?? 0;
    const entry = {
      kind,
      slot,
      fromChunk,
      toChunk,
      frame,
      tS,
      pose,
      tokensFrom,
      tokensLength,
    };
    tokensFrom += tokensLength;
    return entry;
  });
  const { noveltySum, noveltyFrames, seen, lastSeen, seconds } = sums;
  const ended = closed.map(({ kind, slot, fromChunk }) => ({ kind, slot, fromChunk }));
  const step = { opened: entries, closed: ended, still: still.flat(), releasesPending };
  return {
    step: JSON.stringify({ ...step, noveltySum, noveltyFrames, seen, lastSeen, seconds }),
    tokens: Buffer.concat(packed),
  };
}

async function previousOf(tx: Queries, memoryId: string, chunk: number): Promise<MemoryBefore['previous']> {
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
