import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inRoot } from '@loci/host';

/** Variables that would lead a program away from the services of its test. */
const NOT_INHERITED = ['DATABASE_URL', 'QUEUE_URL', 'OBJECT_STORE_URL', 'API_KEYS'];
const POLL_MS = 50;

/** A built program of an app, which runs as a child process. */
export class BuiltProgram {
  readonly #child: ChildProcess;
  #output = '';
  /** Resolves when the process has ended and its output is read; null when a signal ended it. */
  readonly exitCode: Promise<number | null>;

  /** @param path such as `apps/local/start`, for apps/local/dist/start.js */
  constructor(path: string, environment: Record<string, string>, args: string[] = []) {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name)),
    );
    const file = inRoot(join(dirname(path), 'dist', `${basename(path)}.js`));
    this.#child = spawn(process.execPath, [file, ...args], {
      env: { ...inherited, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')));
    this.exitCode = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  get pid(): number {
    return Number(this.#child.pid);
  }

  /** Everything that it has printed so far, on both outputs. */
  get output(): string {
    return this.#output;
  }

  /**
   * Waits until its output matches a pattern.
   * @throws Error with the output when the program ends before
   */
  async waitForOutput(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#output);
      if (found !== null) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`it ended without ${String(pattern)}: ${this.#output}`);
      await delay(POLL_MS);
    }
  }

  /** Sends a signal, and resolves to the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.exitCode;
  }
}
