import type { Queries } from './client.js';

/** Whether a job that has not ended, or a queued question without a job, waits for the memory. */
export async function isWanted(queries: Queries, memoryId: string): Promise<boolean> {
  const [row] = await queries.$queryRaw<{ wanted: boolean }[]>`SELECT memory_wanted(${memoryId}) AS wanted`;
  return row?.wanted === true;
}
