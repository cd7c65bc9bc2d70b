import type { EntryKind } from '@loci/contracts';
import type { StandingEntry, TimelineStep } from '@loci/memory';
import type { Queries } from './client.js';
import { Prisma, type MemoryEntry as EntryModel } from './generated/client.js';

/** An entry without its tokens. */
export type EntryWithoutTokens = Omit<StandingEntry, 'tokens'>;

/**
 * Working entries first, then by slot. The graphs' memory axis has the working slots in ring order instead.
 */
const ORDER = [{ kind: 'desc' }, { slot: 'asc' }, { fromChunk: 'asc' }] as const;
const after = (chunk: number) => ({
  fromChunk: { lte: chunk },
  OR: [{ toChunk: null }, { toChunk: { gt: chunk } }],
});

/** The state after a chunk. */
export async function entriesAfter(
  queries: Queries,
  memoryId: string,
  chunk: number,
): Promise<StandingEntry[]> {
  return (
    await queries.memoryEntry.findMany({ where: { memoryId, ...after(chunk) }, orderBy: [...ORDER] })
  ).map(entryOf);
}

/** The state after the last chunk that was remembered. */
export async function standingEntries(queries: Queries, memoryId: string): Promise<StandingEntry[]> {
  return (
    await queries.memoryEntry.findMany({ where: { memoryId, toChunk: null }, orderBy: [...ORDER] })
  ).map(entryOf);
}

/** The state after a chunk, without its tokens. */
export async function entriesWithoutTokens(
  queries: Queries,
  memoryId: string,
  chunk: number,
): Promise<EntryWithoutTokens[]> {
  const rows = await queries.memoryEntry.findMany({
    where: { memoryId, ...after(chunk) },
    orderBy: [...ORDER],
    omit: { memoryId: true, tokens: true },
  });
  return rows.map((row) => ({ ...row, kind: row.kind as EntryKind }));
}

const entryOf = ({ kind, slot, frame, tS, pose, tokens, fromChunk, toChunk }: EntryModel): StandingEntry => ({
  kind: kind as EntryKind,
  slot,
  frame,
  tS,
  pose,
  tokens,
  fromChunk,
  toChunk,
});

/** Writes the timeline step of one chunk: ends the entries that it closed, adds those that it opened. */
export async function writeStep(
  tx: Queries,
  memoryId: string,
  chunk: number,
  { opened, closed }: TimelineStep,
): Promise<void> {
  if (closed.length > 0)
    await tx.$executeRaw`
      UPDATE memory_entry e SET to_chunk = ${chunk}
      FROM unnest(
        ${closed.map(({ kind }) => kind)}::text[],
        ${closed.map(({ slot }) => slot)}::int[],
        ${closed.map(({ fromChunk }) => fromChunk)}::int[]
      ) AS c (kind, slot, from_chunk)
      WHERE e.memory_id = ${memoryId}
        AND e.kind = c.kind AND e.slot = c.slot AND e.from_chunk = c.from_chunk`;
  if (opened.length === 0) return;
  // raw SQL, because the client's own insert rounds the numbers of a list to 16 digits; tokens are copied out
  // of their view, whose buffer may hold the whole tensor
  const values = opened.map(
    ({ kind, slot, fromChunk, toChunk, frame, tS, pose, tokens }) => Prisma.sql`(
      ${memoryId}, ${kind}, ${slot}::int, ${fromChunk}::int, ${toChunk}::int, ${frame}::int, ${tS}::float8,
      ${pose}::float8[], ${new Uint8Array(tokens)}::bytea)`,
  );
  await tx.$executeRaw`
    INSERT INTO memory_entry (memory_id, kind, slot, from_chunk, to_chunk, frame, t_s, pose, tokens)
    VALUES ${Prisma.join(values)}`;
}
