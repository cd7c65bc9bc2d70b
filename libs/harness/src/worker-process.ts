import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { inRoot, killOnParentExit } from '@loci/host';

/** How a process ended: its exit code, or the signal that ended it. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One worker process, as `npm start` would run it. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #lines: string[] = [];
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ending>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ready.promise.catch(() => undefined);
    for (const output of [child.stdout, child.stderr]) {
      if (output !== null) createInterface({ input: output }).on('line', (line) => this.#heard(line));
    }
    this.ended = this.#end();
  }

  /** Starts one and waits until it says that it is ready. @throws Error with its last words when it does not come up */
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

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything that it said, for people who look into a failure. */
  get log(): string {
    return this.#lines.join('\n');
  }

  /** Sends a signal; `ended` tells how it took it. */
  signal(signal: NodeJS.Signals): void {
    if (this.alive) this.#child.kill(signal);
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** SIGTERM; resolves when it has drained. */
  async drain(): Promise<Ending> {
    this.signal('SIGTERM');
    return this.ended;
  }

  #heard(line: string): void {
    this.#lines.push(line);
    if (line.includes('"msg":"ready"')) this.#ready.resolve(undefined);
  }

  async #end(): Promise<Ending> {
    const child = this.#child;
    const letGo = child.pid === undefined ? null : killOnParentExit(child.pid, 'KILL');
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await letGo?.();
    this.#ready.reject(
      new Error(
        `the worker ended before it was ready (${String(code ?? signal)}): ${this.#lines.slice(-3).join(' | ')}`,
      ),
    );
    return { code, signal };
  }
}
