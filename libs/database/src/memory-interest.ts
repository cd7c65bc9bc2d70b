import type { Queries } from './client.js';
import { Prisma } from './generated/client.js';

/** Whether a job that has not ended, or a queued question without a job, waits for the memory. */
export const wantedSql = (memoryId: string): Prisma.Sql => Prisma.sql`(
  EXISTS (SELECT 1 FROM job WHERE memory_id = ${memoryId} AND status IN ('queued', 'running'))
  OR EXISTS (SELECT 1 FROM question WHERE memory_id = ${memoryId} AND status = 'queued' AND job_id IS NULL))`;

/**
 * Who waits for a memory. `wanted`: a job or a question does. `unstarted`: one of the jobs has not been
 * started by any worker.
 */
export async function interestIn(
  queries: Queries,
  memoryId: string,
): Promise<{ wanted: boolean; unstarted: boolean }> {
  const [interest] = await queries.$queryRaw<{ wanted: boolean; unstarted: boolean }[]>`
    SELECT ${wantedSql(memoryId)} AS wanted,
      EXISTS (
        SELECT 1 FROM job WHERE memory_id = ${memoryId} AND status = 'queued' AND started_at IS NULL
      ) AS unstarted`;
  return interest ?? { wanted: false, unstarted: false };
}

export const isWanted = async (queries: Queries, memoryId: string): Promise<boolean> =>
  (await interestIn(queries, memoryId)).wanted;
