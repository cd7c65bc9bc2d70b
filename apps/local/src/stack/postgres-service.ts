import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '@loci/host';
import { writePid } from './pid-file.js';

const RESTART_DELAY_MS = 500;

/** The stack's own Postgres: started again on the same port when it ends by itself. */
export class PostgresService {
  readonly #start: () => Promise<EmbeddedPostgres>;
  readonly #say: (line: string) => void;
  readonly #pidFile: string;
  readonly #stopping = new AbortController();
  readonly #watch: Promise<void>;
  #server: EmbeddedPostgres;
  readonly url: string;

  private constructor(
    server: EmbeddedPostgres,
    start: () => Promise<EmbeddedPostgres>,
    pidFile: string,
    say: (line: string) => void,
  ) {
    this.#server = server;
    this.#pidFile = pidFile;
    this.#start = start;
    this.#say = say;
    this.url = server.url;
    this.#watch = this.#keepRunning();
  }

  /** Starts Postgres on the stack's data directory, in place of one that a killed run left there. */
  static async start(dataDir: string, say: (line: string) => void): Promise<PostgresService> {
    const port = await freePort();
    const pidFile = join(dataDir, 'pids', 'postgres.pid');
    const start = async () => {
      const server = await startEmbeddedPostgres({
        dataDir: join(dataDir, 'pg'),
        port,
        logFile: join(dataDir, 'logs', 'postgres.log'),
        replaceRunning: true,
      });
      await writePid(pidFile, server.pid);
      return server;
    };
    return new PostgresService(await start(), start, pidFile, say);
  }

  /** Resolves when the server is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server.stop();
    await this.#watch;
    await rm(this.#pidFile, { force: true });
  }

  async #keepRunning(): Promise<void> {
    for (;;) {
      await this.#server.ended;
      if (this.#stopped()) return;
      this.#say('Postgres ended; starting it again');
      const again = await this.#startAgain();
      if (again === null) return;
      this.#server = again;
      if (this.#stopped()) await again.stop();
    }
  }

  /** Tries until it succeeds; null when it is stopped meanwhile. */
  async #startAgain(): Promise<EmbeddedPostgres | null> {
    while (!this.#stopped()) {
      try {
        return await this.#start();
      } catch (error) {
        this.#say(error instanceof Error ? error.message : String(error));
        // ends early when it is stopped
        await delay(RESTART_DELAY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    return null;
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}
