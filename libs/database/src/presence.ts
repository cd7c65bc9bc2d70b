import { randomInt } from 'node:crypto';
import { KeptSession } from './kept-session.js';

/** The first key of the advisory locks that stand for workers; the second is the worker's number. */
export const WORKERS = 0x10c1;
/**
 * A machine that is gone is noticed after a minute. A process that stands still is not: its kernel answers
 * for it.
 */
const KEEPALIVE = `
  SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3`;

/**
 * Shows to all others that this process lives: a session of Postgres that holds a lock as long as the process
 * lasts, also while it stands still. When it dies, the kernel closes the connection and Postgres drops the
 * lock. Once shown it is shown again, however long the server is away: a worker that waits for work begins
 * none.
 */
export class Presence {
  /** The number of this process among all that work on the database. */
  readonly worker = randomInt(1, 2 ** 31 - 1);
  readonly #session: KeptSession;

  constructor(url: string) {
    this.#session = new KeptSession(url, 'loci presence', async (client) => {
      await client.query(KEEPALIVE);
      // shared: the server may not know yet that the session before has ended
      await client.query('SELECT pg_advisory_lock_shared($1, $2)', [WORKERS, this.worker]);
    });
  }

  /** Resolves when the lock is held. It is taken by the first call, and again when the session was lost. */
  show(): Promise<void> {
    return this.#session.open();
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
