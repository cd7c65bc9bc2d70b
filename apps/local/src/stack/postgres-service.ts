import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, startEmbeddedPostgres, writePidFile, type EmbeddedPostgres } from '@loci/host';
import { pidFileOf } from './service-specs.js';

const RESTART_DELAY_MS = 500;

/** The stack's own Postgres. It is restarted on the same port when it ends by itself. */
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

  /** Starts Postgres on the stack's data directory. It replaces the orphan of a killed run. */
  static async start(dataDir: string, say: (line: string) => void): Promise<PostgresService> {
    const port = await freePort();
    const pidFile = pidFileOf(dataDir, 'postgres');
    const start = async () => {
      const server = await startEmbeddedPostgres({
        dataDir: join(dataDir, 'pg'),
        port,
        logFile: join(dataDir, 'logs', 'postgres.log'),
        replaceRunning: true,
      });
      await writePidFile(pidFile, server.pid);
      return server;
    };
    return new PostgresService(await start(), start, pidFile, say);
  }

  /** Resolves when the server has ended. */
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
      const restarted = await this.#restart();
      if (restarted === null) return;
      this.#server = restarted;
      if (this.#stopped()) await restarted.stop();
    }
  }

  /**
   * Tries until it succeeds.
   * @returns null when the service is stopped meanwhile
   */
  async #restart(): Promise<EmbeddedPostgres | null> {
    while (!this.#stopped()) {
      try {
        return await this.#start();
      } catch (error) {
        this.#say(error instanceof Error ? error.message : String(error));
        // the wait ends early when the service is stopped
        await delay(RESTART_DELAY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    return null;
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}
