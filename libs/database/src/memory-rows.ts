import { NotFoundError } from '@loci/contracts';
import type { Queries } from './client.js';
import { memoryRow, type MemoryRow } from './rows.js';

/**
 * Takes the lock under which everything that moves a memory, its jobs or its questions is written. Taken first in every
 * such transaction, so that none waits for another in a circle. Null when the memory is gone.
 */
export async function lockMemory(tx: Queries, id: string): Promise<MemoryRow | null> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM memory WHERE id = ${id} FOR UPDATE`;
  if (locked.length === 0) return null;
  return memoryRow(await tx.memory.findUniqueOrThrow({ where: { id } }));
}

/** As lockMemory; throws NotFoundError when the memory is gone. */
export async function lockMemoryOrThrow(tx: Queries, id: string): Promise<MemoryRow> {
  const memory = await lockMemory(tx, id);
  if (memory === null) throw new NotFoundError(`memory ${id}`);
  return memory;
}

/** Whether somebody waits for the memory: a job that has not ended, or a queued question without a job. */
export async function isWanted(queries: Queries, memoryId: string): Promise<boolean> {
  const [row] = await queries.$queryRaw<{ wanted: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM job WHERE memory_id = ${memoryId} AND status IN ('queued', 'running'))
        OR EXISTS (SELECT 1 FROM question WHERE memory_id = ${memoryId} AND status = 'queued' AND job_id IS NULL) AS wanted`;
  return row?.wanted ?? false;
}
