import { KeptSession } from './kept-session.js';

/** Where commits say of which job, or of which question without a job, there is something new. */
export const CHANNEL = 'loci_news';

export interface News {
  /**
   * Calls back whenever a commit told something new of a job, or the end of a question that has no job. What
   * happens while the server is away is not heard: who waits has to look now and then too.
   * @returns what ends it
   */
  hear(id: string, listener: () => void): () => void;
}

/** Hears of jobs and questions by one session, which LISTENs from the first who waits on. */
export class NewsSession implements News {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #session: KeptSession;

  constructor(url: string) {
    this.#session = new KeptSession(url, 'loci news', async (client) => {
      client.on('notification', ({ payload = '' }) => {
        for (const listener of this.#listeners.get(payload) ?? []) listener();
      });
      await client.query(`LISTEN ${CHANNEL}`);
    });
  }

  hear(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    this.#session.keep();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
