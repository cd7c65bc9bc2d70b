import type { EntryKind } from '@loci/contracts';
import type { StandingEntry } from '@loci/memory';
import type { Connection, Queries } from './client.js';
import { Prisma, type MemoryEntry as EntryModel } from './generated/client.js';
import { unpackTokens } from './packed-tokens.js';

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
  { read }: Pick<Connection, 'read'>,
  memoryId: string,
  chunk: number,
): Promise<StandingEntry[]> {
  const rows = await read<Omit<EntryModel, 'memoryId'>>(
    'entries_after',
    Prisma.sql`SELECT kind, slot, from_chunk AS "fromChunk", to_chunk AS "toChunk", frame, t_s AS "tS", pose,
        tokens
      FROM memory_entry
      WHERE memory_id = ${memoryId} AND from_chunk <= ${chunk} AND (to_chunk IS NULL OR to_chunk > ${chunk})
      ORDER BY kind DESC, slot, from_chunk`,
  );
  return rows.map(entryOf);
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

const entryOf = ({
  kind,
  slot,
  frame,
  tS,
  pose,
  tokens,
  fromChunk,
  toChunk,
}: Omit<EntryModel, 'memoryId'>): StandingEntry => ({
  kind: kind as EntryKind,
  slot,
  frame,
  tS,
  pose,
  tokens: unpackTokens(tokens),
  fromChunk,
  toChunk,
});
