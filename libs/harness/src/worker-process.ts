import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { inRoot, killOnParentExit } from '@loci/host';

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A worker process, as `npm start` runs it. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #lines: string[] = [];
  /** Resolves when the process has ended. */
  readonly ended: Promise<ProcessExit>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ready.promise.catch(() => undefined);
    for (const output of [child.stdout, child.stderr]) {
      if (output !== null) createInterface({ input: output }).on('line', (line) => this.#read(line));
    }
    this.ended = this.#end();
  }

  /**
   * Starts a worker, and waits until it logs that it is ready.
   * @throws Error with the last lines of its log when it ends before
   */
  static async start(environment: NodeJS.ProcessEnv): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [inRoot('apps', 'worker', 'dist', 'main.js')], {
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const worker = new WorkerProcess(child);
    await worker.#ready.promise;
    return worker;
  }

  get pid(): number {
    return Number(this.#child.pid);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything that it logged, for people who look into a failure. */
  get log(): string {
    return this.#lines.join('\n');
  }

  /** Sends a signal; `ended` shows the effect. */
  signal(signal: NodeJS.Signals): void {
    if (this.alive) this.#child.kill(signal);
  }

  /** Sends SIGKILL; resolves when the process has ended. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Sends SIGTERM; resolves when the worker has drained and ended. */
  async drain(): Promise<ProcessExit> {
    this.signal('SIGTERM');
    return this.ended;
  }

  #read(line: string): void {
    this.#lines.push(line);
    if (line.includes('"msg":"ready"')) this.#ready.resolve(undefined);
  }

  async #end(): Promise<ProcessExit> {
    const child = this.#child;
    const release = child.pid === undefined ? null : killOnParentExit(child.pid, 'KILL');
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await release?.();
    const lastLines = this.#lines.slice(-3).join(' | ');
    this.#ready.reject(
      new Error(`the worker ended before it was ready (${String(code ?? signal)}): ${lastLines}`),
    );
    return { code, signal };
  }
}
