import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { NewsSession, type News } from './news.js';
import { Presence } from './presence.js';
import { Prisma, PrismaClient } from './generated/client.js';

/** The client itself, or a transaction: what a query is sent through. */
export type Queries = Prisma.TransactionClient;

/** How long a transaction may run, in ms. */
const MAX_RUN_MS = 30_000;
const MAX_IDLE_MS = 20_000;
const QUIET_MS = 500;
/** How often a transaction is run that loses a deadlock or a serialisation conflict. */
const MAX_TRIES = 5;
const WRITE_CONFLICT = 'P2034';
/** The same of Postgres itself: serialization_failure, deadlock_detected. */
const CONFLICTS = ['40001', '40P01'];

export interface ConnectionOptions {
  /** Connections that the pool opens at most. */
  poolSize: number;
  /** Connections of a pool of its own for what is no transaction; without it, both use one pool. */
  readPoolSize?: number | undefined;
  /** How long a statement or a transaction may wait for a connection, in ms. */
  maxWaitMs: number;
  /** How long a statement may take, in ms, so that a frozen server holds nobody for ever; else unlimited. */
  statementMs?: number | undefined;
  /** Whether all connections are opened at the start, and kept: a burst then waits for none of them. */
  keepOpen?: boolean | undefined;
  /** A process that stands still in a transaction loses it after so long, with its locks, in ms. */
  maxIdleMs?: number | undefined;
  /** Jobs tell their progress when they have told nothing for so long, in ms; what ends them at once. */
  quietMs?: number | undefined;
}

export interface Connection {
  /** For single statements. */
  prisma: PrismaClient;
  presence: Presence;
  news: News;
  /**
   * Runs `work` in one transaction (read committed). One that loses a deadlock is run again from its start.
   */
  transact: <T>(work: (tx: Queries) => Promise<T>) => Promise<T>;
  /**
   * Runs one statement that is a transaction by itself and gives one row with a column `value`. Each session
   * prepares it once under its name. One that loses a deadlock is run again.
   */
  call: <T>(name: string, statement: Prisma.Sql) => Promise<T>;
  /** The rows of one statement that only reads. Each session prepares it once under its name. */
  read: <T>(name: string, statement: Prisma.Sql) => Promise<T[]>;
  /** See ConnectionOptions. */
  quietMs: number;
  /** Resolves when all connections are open that are kept, or cannot be had now. */
  opened: () => Promise<void>;
  close: () => Promise<void>;
}

/** Connects lazily: queries fail while the server is away, and work again once it is back. */
export function connect(url: string, options: ConnectionOptions): Connection {
  const { poolSize, readPoolSize, quietMs = QUIET_MS } = options;
  const presence = new Presence(url);
  const news = new NewsSession(url);
  const writes = openPool(url, poolSize, options);
  const reads = readPoolSize === undefined ? writes : openPool(url, readPoolSize, options);
  return {
    prisma: reads.prisma,
    presence,
    news,
    quietMs,
    transact: (work) => unlessConflicting(() => writes.prisma.$transaction(work)),
    call: <T>(name: string, { text, values }: Prisma.Sql) =>
      unlessConflicting(async () => {
        const { rows } = await writes.pool.query<{ value: T }>({ name, text, values });
        const [row] = rows;
        if (row === undefined) throw new Error(`${name} gave no row`);
        return row.value;
      }),
    read: async <T>(name: string, { text, values }: Prisma.Sql) =>
      (await reads.pool.query<pg.QueryResultRow>({ name, text, values })).rows as T[],
    async opened() {
      await Promise.all([writes.opened(), reads.opened()]);
    },
    async close() {
      await presence.close();
      await news.close();
      await reads.close();
      await writes.close();
    },
  };
}

interface Pool {
  prisma: PrismaClient;
  pool: pg.Pool;
  /** See Connection. */
  opened: () => Promise<void>;
  close: () => Promise<void>;
}

function openPool(
  url: string,
  max: number,
  { maxWaitMs, statementMs, keepOpen = false, maxIdleMs = MAX_IDLE_MS }: ConnectionOptions,
): Pool {
  const min = keepOpen ? max : 0;
  const pool = new pg.Pool({
    connectionString: url,
    ...{ min, max },
    connectionTimeoutMillis: maxWaitMs,
    ...(statementMs === undefined ? {} : { query_timeout: statementMs }),
    application_name: 'loci',
    keepAlive: true,
    idle_in_transaction_session_timeout: maxIdleMs,
  });
  const ignoreIdleLoss = (): void => {
    // the pool has dropped the broken connection; the next query opens another, or fails
  };
  // the adapter listens only to the sessions that it has used
  pool.on('connect', (session) => session.on('error', ignoreIdleLoss));
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    onPoolError: ignoreIdleLoss,
    onConnectionError: ignoreIdleLoss,
  });
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: maxWaitMs, timeout: MAX_RUN_MS },
  });
  return {
    prisma,
    pool,
    async opened() {
      const open = async (): Promise<void> => (await pool.connect()).release();
      await Promise.allSettled(Array.from({ length: min }, open));
    },
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

async function unlessConflicting<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MAX_TRIES || !isWriteConflict(error)) throw error;
    }
  }
}

const isWriteConflict = (error: unknown): boolean =>
  (error instanceof Prisma.PrismaClientKnownRequestError && error.code === WRITE_CONFLICT) ||
  (error instanceof pg.DatabaseError && CONFLICTS.includes(error.code ?? ''));
