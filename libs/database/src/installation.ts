import type { Failure, Worker } from '@loci/contracts';
import type { Connection, Queries } from './client.js';
import type { Prisma } from './generated/client.js';
import { problemOf } from './json-columns.js';
import { WORKERS } from './presence.js';

/** How the installation stands, over all tenants. */
export interface Installation {
  /** Shows this process as a worker that lives, as long as it does. */
  showWorker(): Promise<void>;
  /** The workers that live, each with what it has begun. */
  workers(): Promise<Worker[]>;
  /** What failed lately, the newest first. */
  failures(limit: number): Promise<Failure[]>;
  /** The version of the server. */
  postgresVersion(): Promise<string>;
}

export const installationOf = (connection: Connection): Installation => ({
  showWorker: () => connection.presence.show(),
  workers: () => workers(connection),
  failures: (limit) => failures(connection, limit),
  async postgresVersion() {
    const [row] = await connection.prisma.$queryRaw<{ version: string }[]>`
      SELECT current_setting('server_version') AS version`;
    return row?.version ?? '';
  },
});

async function workers({ prisma }: Connection): Promise<Worker[]> {
  const living = await livingWorkers(prisma);
  const attempts = await prisma.attempt.findMany({
    where: { worker: { in: living } },
    orderBy: { begunAt: 'asc' },
  });
  return living.map((number) => ({
    number,
    work: attempts
      .filter(({ worker }) => worker === number)
      .map(({ memoryId, work, begunAt }) => ({
        memory_id: memoryId,
        work,
        begun_at: begunAt.toISOString(),
      })),
  }));
}

/** The numbers of the workers that live, by the locks that they hold (presence.ts). */
async function livingWorkers(queries: Queries): Promise<number[]> {
  const rows = await queries.$queryRaw<{ worker: number }[]>`
    SELECT DISTINCT l.objid::bigint::int AS worker FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.classid = ${WORKERS}::int::oid AND l.objsubid = 2 AND l.granted
      AND d.datname = current_database() ORDER BY worker`;
  return rows.map(({ worker }) => worker);
}

/** A failure as the query gives it. */
interface FailureRow {
  tenant: string;
  memoryId: string;
  questionId: string | null;
  error: Prisma.JsonValue;
  at: Date;
}

async function failures({ prisma }: Connection, limit: number): Promise<Failure[]> {
  const rows = await prisma.$queryRaw<FailureRow[]>`
    SELECT tenant, id AS "memoryId", NULL AS "questionId", error, coalesce(finished_at, created_at) AS at
      FROM memory WHERE status = 'failed' AND error IS NOT NULL
    UNION ALL
    SELECT q.tenant, q.memory_id, q.id, q.error, coalesce(q.answered_at, q.ready_at, q.created_at)
      FROM question q JOIN memory m ON m.id = q.memory_id
      WHERE q.status = 'failed' AND q.error IS NOT NULL AND m.status <> 'failed'
    ORDER BY at DESC LIMIT ${limit}`;
  return rows.flatMap(({ tenant, memoryId, questionId, error, at }) => {
    const problem = problemOf(error);
    if (problem === null) return [];
    const stage = questionId === null ? null : ('answer' as const);
    return [
      { stage, tenant, memory_id: memoryId, question_id: questionId, error: problem, at: at.toISOString() },
    ];
  });
}
