import { join } from 'node:path';
import { LociClient } from '@loci/client';
import { killOnParentExit } from '@loci/host';
import { BuiltProgram, findProcesses } from '@loci/testing';
import { signal } from './fault.js';
import type { QueueBackend, Surroundings } from './surroundings.js';

/** Tenants with a key each. A video belongs to one tenant, so each tenant's jobs build memories anew. */
const TENANTS = 1000;
const KEYS = Array.from({ length: TENANTS }, (_, tenant) => `t${tenant}:key-of-t${tenant}`).join(',');
export const WORKERS = 2;
/** Shorter than a worker is frozen, so that its limits are met. */
const DECODE_LIMIT_MS = 5_000;

/** `npm start` on the surroundings: a supervisor with the API and the workers. */
export class Service {
  private constructor(
    private readonly program: BuiltProgram,
    private readonly release: () => Promise<void>,
    private readonly dataDir: string,
    private readonly url: string,
  ) {}

  /** @param stop ends it, also while it starts */
  static async start(surroundings: Surroundings, backend: QueueBackend, stop: AbortSignal): Promise<Service> {
    const { databaseUrl, dataDir, folder, store, temporary } = surroundings;
    const program = new BuiltProgram('apps/local/start', {
      ...{ DATABASE_URL: databaseUrl, OBJECT_STORE_URL: store.url, LOCI_DATA_DIR: dataDir },
      QUEUE_URL: backend === 'Postgres' ? databaseUrl : surroundings.queueUrl(backend),
      ...{ API_KEYS: KEYS, LOCI_WORKERS: String(WORKERS), PORT: '0', TMPDIR: temporary },
      DECODE_LIMIT_MS: String(DECODE_LIMIT_MS),
      NODE_OPTIONS: `--report-on-signal --report-directory=${join(folder, 'reports')}`,
    });
    const release = killOnParentExit(program.pid, 'TERM', [folder]);
    stop.addEventListener('abort', () => void program.stop(), { once: true });
    const [, url = ''] = await program.waitForOutput(/ready at (\S+)/).catch((error: unknown) => {
      stop.throwIfAborted();
      throw error;
    });
    return new Service(program, release, dataDir, url);
  }

  /** A client of the nth tenant. */
  client(tenant: number): LociClient {
    return new LociClient(this.url, `key-of-t${tenant % TENANTS}`);
  }

  /** The processes of a kind; none while they start again. A full disk may have cost their pid files. */
  pids(app: 'api' | 'worker'): Promise<number[]> {
    return findProcesses(`apps/${app}/dist/main.js\0--data\0${this.dataDir}`);
  }

  /** Ends the workers in order; they are started again. */
  async restartWorkers(): Promise<void> {
    signal(await this.pids('worker'), 'SIGTERM');
  }

  async stop(): Promise<void> {
    await this.program.stop();
    await this.release();
  }
}
