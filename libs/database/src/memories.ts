import type { Memory, MemoryStatus, Problem } from '@loci/contracts';
import { digest, type StandingEntry } from '@loci/memory';
import { LOOKAHEAD, type MemoryRows } from '@loci/pipeline';
import type { Connection } from './client.js';
import { entriesAfter, entriesWithoutTokens, standingEntries, type EntryRow } from './entries.js';
import { endJobs } from './job-events.js';
import { isWanted, lockMemory, wantedSql } from './memory-rows.js';
import { WITHOUT_STATE, json, memoryRow, problemOf, type MemoryRow } from './rows.js';

export type { EntryRow } from './entries.js';

/** Where the camera was at a frame that the memory kept. */
export type TrajectoryPoint = Pick<StandingEntry, 'frame' | 'tS' | 'pose'>;

export interface Memories {
  /** The memory as the HTTP contract has it; null when the tenant has no such memory. */
  get(tenant: string, id: string): Promise<Memory | null>;
  /** The memory's row, of whatever tenant. */
  find(id: string): Promise<MemoryRow | null>;
  /** The state after chunk `chunk` (−1: the empty memory), working entries first, then by slot. */
  entries(memoryId: string, chunk: number, options: { tokens: true }): Promise<StandingEntry[]>;
  entries(memoryId: string, chunk: number, options: { tokens: false }): Promise<EntryRow[]>;
  /** Every frame that ever stood in the memory, in order. */
  trajectory(memoryId: string): Promise<TrajectoryPoint[]>;
  /** What the planner reads: the chunks from the head on as far as it looks ahead, and the queued questions. */
  rows(memoryId: string): Promise<MemoryRows | null>;
  /** Memories for which the planner may have something to deliver, by id, after `after`. */
  unfinished(limit: number, after?: string): Promise<string[]>;
  /** Whether somebody waits for it: a job that has not ended, or a queued question without a job. */
  wanted(memoryId: string): Promise<boolean>;
  /** Fails the memory, the jobs that wait for it and its queued questions. A memory that stands complete stays as it is. */
  fail(memoryId: string, problem: Problem): Promise<void>;
}

export function memoriesOf(connection: Connection): Memories {
  const { prisma, transact } = connection;
  function entries(memoryId: string, chunk: number, options: { tokens: true }): Promise<StandingEntry[]>;
  function entries(memoryId: string, chunk: number, options: { tokens: false }): Promise<EntryRow[]>;
  function entries(memoryId: string, chunk: number, { tokens }: { tokens: boolean }): Promise<EntryRow[]> {
    return tokens ? entriesAfter(prisma, memoryId, chunk) : entriesWithoutTokens(prisma, memoryId, chunk);
  }
  return {
    get: (tenant, id) => memoryView(connection, tenant, id),
    async find(id) {
      const row = await prisma.memory.findUnique({ where: { id }, omit: WITHOUT_STATE });
      return row === null ? null : memoryRow(row);
    },
    entries,
    trajectory: (memoryId) =>
      prisma.memoryEntry.findMany({
        where: { memoryId },
        distinct: ['frame'],
        orderBy: { frame: 'asc' },
        select: { frame: true, tS: true, pose: true },
      }),
    rows: (memoryId) => plannerRows(connection, memoryId),
    async unfinished(limit, after = '') {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT m.id FROM memory m
        WHERE m.status <> 'failed' AND m.id > ${after} AND (
          EXISTS (SELECT 1 FROM question q WHERE q.memory_id = m.id AND q.status = 'queued')
          OR m.status = 'building' AND EXISTS (SELECT 1 FROM job j WHERE j.memory_id = m.id AND j.status IN ('queued', 'running')))
        ORDER BY m.id LIMIT ${limit}`;
      return rows.map(({ id }) => id);
    },
    wanted: (memoryId) => isWanted(prisma, memoryId),
    fail: (memoryId, problem) =>
      transact(async (tx) => {
        const memory = await lockMemory(tx, memoryId);
        if (memory?.status !== 'building') return;
        await tx.memory.update({
          where: { id: memoryId },
          data: { status: 'failed', error: json(problem), finishedAt: new Date() },
          select: { id: true },
        });
        await endJobs(tx, memoryId, 'failed', problem);
        await tx.question.updateMany({
          where: { memoryId, status: 'queued' },
          data: { status: 'failed', error: json(problem) },
        });
      }),
  };
}

async function memoryView({ prisma }: Connection, tenant: string, id: string): Promise<Memory | null> {
  const row = await prisma.memory.findFirst({
    where: { id, tenant },
    omit: WITHOUT_STATE,
    include: { video: { select: { durationS: true } } },
  });
  if (row === null) return null;
  const standing = await standingEntries(prisma, id);
  const { status } = memoryRow(row);
  return {
    id: row.id,
    video_id: row.videoId,
    model: row.model,
    status,
    frames: row.frames,
    duration_s: row.video.durationS,
    working: standing.filter(({ kind }) => kind === 'working').length,
    episodic: standing.filter(({ kind }) => kind === 'episodic').length,
    bytes: standing.reduce((sum, { tokens }) => sum + tokens.byteLength, 0),
    digest: digest(standing),
    snapshots: row.head,
    error: problemOf(row.error),
    created_at: row.createdAt.toISOString(),
  };
}

interface PlannerRow {
  id: string;
  status: MemoryStatus;
  head: number;
  chunks: number;
  wanted: boolean;
  chunkRows: MemoryRows['chunks'];
  questions: MemoryRows['questions'];
}

/** In one statement: the planner reads after every commit, and so sees one moment. */
async function plannerRows({ prisma }: Connection, memoryId: string): Promise<MemoryRows | null> {
  const [row] = await prisma.$queryRaw<PlannerRow[]>`
    SELECT m.id, m.status, m.head, m.chunks, ${wantedSql(memoryId)} AS wanted,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('index', c.index, 'status', c.status, 'perceiveStarts', c.perceive_starts, 'rememberStarts', c.remember_starts) ORDER BY c.index), '[]')
        FROM chunk c WHERE c.memory_id = m.id AND c.index >= m.head AND c.index < m.head + ${LOOKAHEAD}::int) AS "chunkRows",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'status', q.status, 'needsChunks', q.needs_chunks, 'starts', q.starts) ORDER BY q.id), '[]')
        FROM question q WHERE q.memory_id = m.id AND q.status = 'queued') AS questions
    FROM memory m WHERE m.id = ${memoryId}`;
  if (row === undefined) return null;
  const { wanted, chunkRows, questions, ...memory } = row;
  return { memory, wanted, chunks: chunkRows, questions };
}
