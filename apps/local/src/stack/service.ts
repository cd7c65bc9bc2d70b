import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, killOnParentExit, writePidFile } from '@loci/host';
import { attempt, reasonOf, RotatingLog } from './rotating-log.js';

/** How to run a service. */
export interface ServiceSpec {
  name: string;
  /** Program and arguments. */
  command: [string, ...string[]];
  environment: NodeJS.ProcessEnv;
  logFile: string;
  pidFile: string;
  /** Answers 200 when the service is ready. */
  readyUrl: string;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 15_000;
/** How long a service may take to end after SIGTERM. */
const KILL_AFTER_MS = 28_000;

/**
 * A child process that is restarted, with exponential back-off, when it ends by itself. No fault of the disk
 * ends the supervision: it is said, and the service goes on without log or pid file.
 */
export class Service {
  readonly #spec: ServiceSpec;
  readonly #say: (line: string) => void;
  readonly #log: RotatingLog;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<undefined>();
  #child: ChildProcess | null = null;
  #watch: Promise<void> = Promise.resolve();
  /** The last line of each output. Why a process does not start, it says on stderr. */
  readonly #last: { stdout?: string; stderr?: string } = {};

  constructor(spec: ServiceSpec, say: (line: string) => void) {
    this.#spec = spec;
    this.#say = say;
    this.#log = new RotatingLog(spec.logFile, say);
    // a start that ends early leaves nobody to await `ready`
    this.#ready.promise.catch(() => undefined);
  }

  get name(): string {
    return this.#spec.name;
  }

  /**
   * Resolves when the service is ready for the first time.
   * @throws CommandError when it does not come up
   */
  get ready(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** Starts it and keeps it running until `stop`. */
  start(): void {
    this.#watch = this.#keepRunning();
  }

  /** Sends SIGTERM, and SIGKILL when that takes too long. Resolves when the process has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    const killer = setTimeout(() => child?.kill('SIGKILL'), KILL_AFTER_MS);
    child?.kill('SIGTERM');
    await this.#watch;
    clearTimeout(killer);
  }

  async #keepRunning(): Promise<void> {
    for (let failures = 0; !this.#stopped();) {
      const { ready, ending } = await this.#runOnce();
      failures = ready ? 0 : failures + 1;
      if (this.#stopped()) return;
      this.#say(`${this.name} ${ending}; starting it again`);
      // has no effect on one that was ready before
      if (!ready)
        this.#ready.reject(
          new CommandError(`The ${this.name} does not start: ${this.#reason} (${this.#spec.logFile})`),
        );
      const pause = Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
      // the wait ends early when the service is stopped
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Runs the process until it ends. Resolves to whether it was ready before, and how it ended. */
  async #runOnce(): Promise<{ ready: boolean; ending: string }> {
    const { command, environment, pidFile } = this.#spec;
    const [program, ...args] = command;
    // a process group of its own: a Ctrl-C reaches it through us, in order
    const child = spawn(program, args, {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const output of ['stdout', 'stderr'] as const)
      createInterface({ input: child[output] }).on('line', (line) => this.#keepLine(output, line));
    const ended = once(child, 'exit').catch((error: unknown) => [reasonOf(error)]);
    if (child.pid === undefined) return { ready: false, ending: `does not start: ${String(await ended)}` };
    this.#child = child;
    const release = killOnParentExit(child.pid);
    await attempt(() => writePidFile(pidFile, Number(child.pid)), this.#say);
    if (this.#stopped()) child.kill('SIGTERM');
    const ready = this.#becomesReady(child);
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    this.#child = null;
    await release();
    await attempt(() => rm(pidFile, { force: true }), this.#say);
    return { ready: await ready, ending: `ended (${String(code ?? signal)})` };
  }

  #keepLine(output: 'stdout' | 'stderr', line: string): void {
    this.#log.write(`${line}\n`);
    if (line.trim() !== '') this.#last[output] = readable(line);
  }

  get #reason(): string {
    return this.#last.stderr ?? this.#last.stdout ?? 'it says nothing';
  }

  async #becomesReady(child: ChildProcess): Promise<boolean> {
    while (child.exitCode === null && child.signalCode === null) {
      if (await answers(this.#spec.readyUrl)) {
        this.#ready.resolve(undefined);
        return true;
      }
      await delay(50);
    }
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    // not listening yet, or too busy: it is asked again
    return false;
  }
}

/** The message and the error of a JSON log line; any other line as it is. */
function readable(line: string): string {
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [entry.msg, entry.err?.message].filter((part) => part !== undefined).join(': ') || line;
  } catch {
    return line;
  }
}
