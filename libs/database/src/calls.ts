import { clockScaleSchema } from '@loci/contracts';
import { LOOKAHEAD, MAX_DEATHS, type MemoryFacts } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { Prisma } from './generated/client.js';
import { refreshJobs, startJobs } from './job-events.js';
import { accessOf } from './json-columns.js';
import { lockMemory } from './memory-lock.js';
import { WORKERS } from './presence.js';
import type { MemoryRecord } from './records.js';
import type { Begun, PerceiveTask } from './stages.js';

// The begins and commits of a chunk's stages are functions of the database, one call each
// (prisma/migrations/0012_stage_calls). What follows them here is done seldom.

/** What beginning work on a chunk gives. */
type BegunCall =
  | { skip: string }
  | { poison: true }
  | { unstarted: boolean; memory: MemoryRecord; video: PerceiveTask['video'] };

/** What a commit gives; null when there was nothing to commit. */
interface CommitCall {
  facts: MemoryFacts;
  tell: boolean;
}

/** Counts a start, and starts the jobs that nobody has worked for yet. */
export async function beginChunk(
  { call, transact, presence }: Connection,
  stage: 'perceive' | 'remember',
  memoryId: string,
  chunk: number,
  work: string,
): Promise<Begun<{ memory: MemoryRecord; video: PerceiveTask['video'] }>> {
  await presence.show();
  const begin = Prisma.raw(`begin_${stage}`);
  const begun = await call<BegunCall>(
    `begin_${stage}`,
    Prisma.sql`SELECT ${begin}(
      ${memoryId}, ${chunk}, ${work}, ${presence.worker}, ${MAX_DEATHS}, ${WORKERS}) AS value`,
  );
  if (!('memory' in begun)) return begun;
  const { unstarted, memory, video } = begun;
  if (unstarted)
    await transact(async (tx) => {
      if ((await lockMemory(tx, memoryId)) !== null) await startJobs(tx, memoryId);
    });
  return {
    task: {
      memory: { ...memory, clock: clockScaleSchema.nullable().parse(memory.clock) },
      video: { ...video, access: accessOf(video.access) },
    },
  };
}

export interface Commit {
  /** Of the call, for its plan. */
  name: string;
  /** The call, given what all commits are given. */
  sql: (common: Prisma.Sql) => Prisma.Sql;
  /** Whether jobs may end with it: they are then told so in the same transaction. */
  last: boolean;
}

/** Commits a chunk's stage. Null: it was committed already, or the memory is gone. */
export async function commitChunk(
  connection: Connection,
  memoryId: string,
  { name, sql, last }: Commit,
): Promise<MemoryFacts | null> {
  const { call, transact, quietMs } = connection;
  const statement = sql(Prisma.sql`${LOOKAHEAD}, ${last ? 0 : quietMs}`);
  if (last) return transact((tx) => commitLast(tx, memoryId, statement));
  const done = await call<CommitCall | null>(name, statement);
  if (done?.tell === true)
    await transact(async (tx) => {
      if ((await lockMemory(tx, memoryId)) !== null) await refreshJobs(tx, memoryId, {});
    });
  return done?.facts ?? null;
}

async function commitLast(tx: Queries, memoryId: string, statement: Prisma.Sql): Promise<MemoryFacts | null> {
  const [row] = await tx.$queryRaw<{ value: CommitCall | null }[]>(statement);
  const done = row?.value ?? null;
  if (done !== null) await refreshJobs(tx, memoryId, {});
  return done?.facts ?? null;
}
