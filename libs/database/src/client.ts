import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.js';

/** What repositories query with: the client itself, or the transaction that they are part of. */
export type Queries = Prisma.TransactionClient;

/** How long a transaction may wait for a connection, and run, in ms: far above what they take, below what a caller waits. */
const MAX_WAIT_MS = 15_000;
const MAX_RUN_MS = 30_000;
/** A transaction that Postgres breaks off in favour of another one (deadlock, serialisation) is run again so often. */
const MAX_TRIES = 5;
const WRITE_CONFLICT = 'P2034';

export interface Connection {
  prisma: PrismaClient;
  /** Runs `work` in one transaction (read committed); again from the start when it lost a deadlock. */
  transact: <T>(work: (tx: Queries) => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

/** Connects lazily: a server that is away is seen by the queries, and once it is back they work again. */
export function connect(url: string, poolSize: number): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: MAX_WAIT_MS,
    application_name: 'loci',
    keepAlive: true,
  });
  const ignoreIdleLoss = (): void => {
    // a connection that broke while idle has left the pool; the next query makes another, or fails and says so
  };
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    onPoolError: ignoreIdleLoss,
    onConnectionError: ignoreIdleLoss,
  });
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: MAX_WAIT_MS, timeout: MAX_RUN_MS },
  });
  return {
    prisma,
    async transact(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await prisma.$transaction(work);
        } catch (error) {
          if (tries >= MAX_TRIES || !isWriteConflict(error)) throw error;
        }
      }
    },
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

const isWriteConflict = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === WRITE_CONFLICT;
