import { randomInt } from 'node:crypto';
import pg from 'pg';

/** The first key of the advisory locks that stand for workers; the second is the worker's number. */
export const WORKERS = 0x10c1;
const CONNECT_LIMIT_MS = 15_000;
/** Pause before a lost session is replaced, and between two tries, in ms. */
const RECONNECT_MS = 500;
/**
 * A machine that is gone is noticed after a minute. A process that stands still is not: its kernel answers
 * for it.
 */
const KEEPALIVE = `
  SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3`;

/**
 * Shows to all others that this process lives: a session of Postgres that holds a lock as long as the process
 * lasts, also while it stands still. When it dies, the kernel closes the connection and Postgres drops the
 * lock.
 */
export class Presence {
  /** The number of this process among all that work on the database. */
  readonly worker = randomInt(1, 2 ** 31 - 1);
  #session: Promise<pg.Client> | null = null;
  #replacement: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly url: string) {}

  /** Resolves when the lock is held. It is taken by the first call, and again when the session was lost. */
  async show(): Promise<void> {
    this.#session ??= this.#open();
    try {
      await this.#session;
    } catch (error) {
      this.#session = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#replacement);
    const session = await this.#session?.catch(() => null);
    await session?.end();
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      application_name: 'loci presence',
      keepAlive: true,
    });
    // told by the end of the session too
    client.on('error', () => undefined);
    await client.connect();
    client.once('end', () => {
      this.#session = null;
      this.#showLater();
    });
    await client.query(KEEPALIVE);
    // shared: the server may not know yet that the session before has ended
    await client.query('SELECT pg_advisory_lock_shared($1, $2)', [WORKERS, this.worker]);
    return client;
  }

  /** Shows it again, however long the server is away: a worker that waits for work begins none. */
  #showLater(): void {
    if (this.#closed) return;
    clearTimeout(this.#replacement);
    this.#replacement = setTimeout(() => {
      this.show().catch(() => this.#showLater());
    }, RECONNECT_MS).unref();
  }
}
