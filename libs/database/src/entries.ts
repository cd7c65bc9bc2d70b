import type { EntryKind } from '@loci/contracts';
import type { StandingEntry, TimelineStep } from '@loci/memory';
import type { Queries } from './client.js';
import type { MemoryEntry as EntryModel } from './generated/client.js';

/** An entry without its tokens. */
export type EntryRow = Omit<StandingEntry, 'tokens'>;

/** Working entries first, then by slot: the order of the graphs' memory axis, but for the ring of the working slots. */
const ORDER = [{ kind: 'desc' }, { slot: 'asc' }, { fromChunk: 'asc' }] as const;
const after = (chunk: number) => ({ fromChunk: { lte: chunk }, OR: [{ toChunk: null }, { toChunk: { gt: chunk } }] });

/** The state after a chunk. */
export async function entriesAfter(queries: Queries, memoryId: string, chunk: number): Promise<StandingEntry[]> {
  return (await queries.memoryEntry.findMany({ where: { memoryId, ...after(chunk) }, orderBy: [...ORDER] })).map(entryOf);
}

/** The state after the last chunk that was remembered. */
export async function standingEntries(queries: Queries, memoryId: string): Promise<StandingEntry[]> {
  return (await queries.memoryEntry.findMany({ where: { memoryId, toChunk: null }, orderBy: [...ORDER] })).map(entryOf);
}

/** The state after a chunk, without its tokens. */
export async function entriesWithoutTokens(queries: Queries, memoryId: string, chunk: number): Promise<EntryRow[]> {
  const rows = await queries.memoryEntry.findMany({ where: { memoryId, ...after(chunk) }, orderBy: [...ORDER], omit: { memoryId: true, tokens: true } });
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

/** Writes one chunk's step of the timeline: ends what it closed, adds what it opened. */
export async function writeStep(tx: Queries, memoryId: string, chunk: number, { opened, closed }: TimelineStep): Promise<void> {
  if (closed.length > 0)
    await tx.$executeRaw`
      UPDATE memory_entry e SET to_chunk = ${chunk}
      FROM unnest(${closed.map(({ kind }) => kind)}::text[], ${closed.map(({ slot }) => slot)}::int[], ${closed.map(({ fromChunk }) => fromChunk)}::int[])
        AS c (kind, slot, from_chunk)
      WHERE e.memory_id = ${memoryId} AND e.kind = c.kind AND e.slot = c.slot AND e.from_chunk = c.from_chunk`;
  // bytes are copied out of their view, whose buffer may hold the whole tensor
  await tx.memoryEntry.createMany({ data: opened.map((entry) => ({ ...entry, memoryId, tokens: new Uint8Array(entry.tokens) })) });
}
