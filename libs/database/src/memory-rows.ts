import { NotFoundError } from '@loci/contracts';
import type { Queries } from './client.js';
import { Prisma } from './generated/client.js';
import type { MemoryRecord } from './rows.js';

/**
 * Takes the lock under which everything that moves a memory, its jobs or its questions is written. Taken first in every
 * such transaction, so that none waits for another in a circle. Null when the memory is gone.
 */
export async function lockMemory(tx: Queries, id: string): Promise<MemoryRecord | null> {
  const [row] = await tx.$queryRaw<MemoryRecord[]>`
    SELECT id, tenant, video_id AS "videoId", model, sampling_fps AS "samplingFps", status, frames, chunks, head
    FROM memory WHERE id = ${id} FOR UPDATE`;
  return row ?? null;
}

/** As lockMemory; throws NotFoundError when the memory is gone. */
export async function lockMemoryOrThrow(tx: Queries, id: string): Promise<MemoryRecord> {
  const memory = await lockMemory(tx, id);
  if (memory === null) throw new NotFoundError(`memory ${id}`);
  return memory;
}

/** Whether somebody waits for the memory: a job that has not ended, or a queued question without a job. */
export const wantedSql = (memoryId: string): Prisma.Sql => Prisma.sql`(
  EXISTS (SELECT 1 FROM job WHERE memory_id = ${memoryId} AND status IN ('queued', 'running'))
  OR EXISTS (SELECT 1 FROM question WHERE memory_id = ${memoryId} AND status = 'queued' AND job_id IS NULL))`;

/** Whether somebody waits for the memory, and whether one of them is a job for which no worker has begun yet. */
export async function interestIn(
  queries: Queries,
  memoryId: string,
): Promise<{ wanted: boolean; unstarted: boolean }> {
  const [row] = await queries.$queryRaw<{ wanted: boolean; unstarted: boolean }[]>`
    SELECT ${wantedSql(memoryId)} AS wanted,
      EXISTS (SELECT 1 FROM job WHERE memory_id = ${memoryId} AND status = 'queued' AND started_at IS NULL) AS unstarted`;
  return row ?? { wanted: false, unstarted: false };
}

export const isWanted = async (queries: Queries, memoryId: string): Promise<boolean> =>
  (await interestIn(queries, memoryId)).wanted;
