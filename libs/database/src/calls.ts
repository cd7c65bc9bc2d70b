import { clockScaleSchema } from '@loci/contracts';
import { LOOKAHEAD, MAX_DEATHS, type MemoryFacts } from '@loci/pipeline';
import type { Connection } from './client.js';
import { Prisma } from './generated/client.js';
import { refreshJobs, refreshSeenJobs, startJobs } from './job-events.js';
import { accessOf } from './json-columns.js';
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

/** Counts a start. */
export async function beginChunk(
  connection: Connection,
  stage: 'perceive' | 'remember',
  memoryId: string,
  chunk: number,
  work: string,
): Promise<Begun<{ memory: MemoryRecord; video: PerceiveTask['video'] }>> {
  const { call, presence } = connection;
  await presence.show();
  const begin = Prisma.raw(`begin_${stage}`);
  const begun = await call<BegunCall>(
    `begin_${stage}`,
    Prisma.sql`SELECT ${begin}(
      ${memoryId}, ${chunk}, ${work}, ${presence.worker}, ${MAX_DEATHS}, ${WORKERS}) AS value`,
  );
  if (!('memory' in begun)) return begun;
  const { unstarted, memory, video } = begun;
  return {
    task: {
      memory: { ...memory, clock: clockScaleSchema.nullable().parse(memory.clock) },
      video: { ...video, access: accessOf(video.access) },
    },
    start: unstarted ? () => startJobs(connection, memoryId) : null,
  };
}

/** What all commits of chunks are given: how far the planner looks, and ConnectionOptions.quietMs. */
export const commonArguments = (quietMs: number): Prisma.Sql => Prisma.sql`${LOOKAHEAD}, ${quietMs}`;

/**
 * Commits a chunk's stage by one call, and has the jobs tell their progress where they are to. Null: it was
 * committed already, or the memory is gone.
 */
export async function commitChunk(
  connection: Connection,
  memoryId: string,
  name: string,
  statement: Prisma.Sql,
): Promise<MemoryFacts | null> {
  return told(connection, memoryId, await connection.call<CommitCall | null>(name, statement));
}

/**
 * Remembers a memory's last chunk, as commitChunk. The jobs that end by it are told so in the same
 * transaction.
 * @param given the arguments of commit_remember()
 */
export async function commitLastChunk(
  connection: Connection,
  memoryId: string,
  given: Prisma.Sql,
): Promise<MemoryFacts | null> {
  const statement = Prisma.sql`SELECT commit_last${given} AS value`;
  const done = await connection.call<CommitCall | { ends: true } | null>('commit_last', statement);
  if (done === null || !('ends' in done)) return told(connection, memoryId, done);
  return connection.transact(async (tx) => {
    const [row] = await tx.$queryRaw<{ value: CommitCall | null }[]>`SELECT commit_remember${given} AS value`;
    const ended = row?.value ?? null;
    if (ended !== null) await refreshJobs(tx, memoryId, {});
    return ended?.facts ?? null;
  });
}

async function told(
  connection: Connection,
  memoryId: string,
  done: CommitCall | null,
): Promise<MemoryFacts | null> {
  if (done?.tell === true) await refreshSeenJobs(connection, memoryId, {});
  return done?.facts ?? null;
}
