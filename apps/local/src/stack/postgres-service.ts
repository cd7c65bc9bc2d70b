import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, startEmbeddedPostgres, writePidFile, type EmbeddedPostgres } from '@loci/host';
import { AppendedLog, attempt, reasonOf, type LogBounds } from './rotating-log.js';
import { logFileOf, pidFileOf, postgresFolder } from './service-specs.js';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 15_000;

/** The stack's own Postgres. It is restarted on the same port when it ends by itself. */
export class PostgresService {
  readonly #start: () => Promise<EmbeddedPostgres>;
  readonly #say: (line: string) => void;
  readonly #pidFile: string;
  readonly #log: AppendedLog;
  readonly #stopping = new AbortController();
  readonly #watch: Promise<void>;
  #server: EmbeddedPostgres;
  readonly url: string;

  private constructor(
    server: EmbeddedPostgres,
    start: () => Promise<EmbeddedPostgres>,
    pidFile: string,
    log: AppendedLog,
    say: (line: string) => void,
  ) {
    this.#server = server;
    this.#pidFile = pidFile;
    this.#log = log;
    this.#start = start;
    this.#say = say;
    this.url = server.url;
    this.#watch = this.#keepRunning();
  }

  /** Starts Postgres on the stack's data directory. It replaces the orphan of a killed run. */
  static async start(
    dataDir: string,
    say: (line: string) => void,
    bounds?: LogBounds,
  ): Promise<PostgresService> {
    const port = await freePort();
    const pidFile = pidFileOf(dataDir, 'postgres');
    const logFile = logFileOf(dataDir, 'postgres');
    const start = async () => {
      const server = await startEmbeddedPostgres({
        dataDir: postgresFolder(dataDir),
        port,
        logFile,
        replaceRunning: true,
      });
      await attempt(() => writePidFile(pidFile, server.pid), say);
      return server;
    };
    return new PostgresService(await start(), start, pidFile, new AppendedLog(logFile, say, bounds), say);
  }

  /** Resolves when the server has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server.stop();
    await this.#watch;
    this.#log.close();
    await attempt(() => rm(this.#pidFile, { force: true }), this.#say);
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
    for (let failures = 0; !this.#stopped(); failures += 1) {
      try {
        return await this.#start();
      } catch (error) {
        this.#say(reasonOf(error));
        const pause = Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
        // the wait ends early when the service is stopped
        await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    return null;
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}
