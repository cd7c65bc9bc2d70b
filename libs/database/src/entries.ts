import type { EntryKind } from '@loci/contracts';
import type { StandingEntry } from '@loci/memory';
import type { Queries } from './client.js';
import type { MemoryEntry as EntryModel } from './generated/client.js';
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
  tokens: unpackTokens(tokens),
  fromChunk,
  toChunk,
});
