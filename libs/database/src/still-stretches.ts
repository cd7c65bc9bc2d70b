import type { StillStretch } from '@loci/memory';
import type { Queries } from './client.js';

/** The still stretches of a memory's chunks up to one, in order. */
export async function stillUpTo(queries: Queries, memoryId: string, chunk: number): Promise<StillStretch[]> {
  const rows = await queries.chunk.findMany({
    where: { memoryId, index: { lte: chunk }, still: { isEmpty: false } },
    orderBy: { index: 'asc' },
    select: { still: true },
  });
  return rows.flatMap(({ still }) => stretchesOf(still));
}

/** The stretches of a chunk, whose row has their ends one after the other. */
export const stretchesOf = (ends: readonly number[]): StillStretch[] =>
  Array.from({ length: ends.length / 2 }, (_, i) => [ends[2 * i] ?? 0, ends[2 * i + 1] ?? 0]);
