import pg from 'pg';

const CONNECT_LIMIT_MS = 15_000;
/** Pause before a lost session is replaced, and between two tries, in ms. */
const REOPEN_MS = 500;

/** A session of its own, beside the pools: opened by the first call, and again whenever it was lost. */
export class KeptSession {
  #session: Promise<pg.Client> | null = null;
  #replacement: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param name what the server shows of it
   * @param prepare makes a new session what it is to be
   */
  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly prepare: (client: pg.Client) => Promise<unknown>,
  ) {}

  /** Resolves when it is open. Rejects when it cannot be opened now. */
  async open(): Promise<void> {
    this.#session ??= this.#connect();
    try {
      await this.#session;
    } catch (error) {
      this.#session = null;
      throw error;
    }
  }

  /** Opens it, however long the server is away. */
  keep(): void {
    if (this.#closed) return;
    this.open().catch(() => this.#keepLater());
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#replacement);
    const session = await this.#session?.catch(() => null);
    await session?.end();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      application_name: this.name,
      keepAlive: true,
    });
    // told by the end of the session too
    client.on('error', () => undefined);
    await client.connect();
    try {
      await this.prepare(client);
    } catch (error) {
      // nobody uses it; a server that stands still would not let it end either
      client.end().catch(() => undefined);
      throw error;
    }
    client.once('end', () => {
      this.#session = null;
      this.#keepLater();
    });
    return client;
  }

  #keepLater(): void {
    clearTimeout(this.#replacement);
    if (!this.#closed) this.#replacement = setTimeout(() => this.keep(), REOPEN_MS).unref();
  }
}
