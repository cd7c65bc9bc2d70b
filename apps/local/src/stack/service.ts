import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, killOnParentExit, writePidFile } from '@loci/host';

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
/** A service that ends so many times without having been ready will not come up. */
const GIVE_UP_AFTER = 3;
/** How long a service may take to end after SIGTERM. */
const KILL_AFTER_MS = 28_000;

/** A child process that is restarted, with exponential back-off, when it ends by itself. */
export class Service {
  readonly #spec: ServiceSpec;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<undefined>();
  #child: ChildProcess | null = null;
  #watch: Promise<void> = Promise.resolve();

  constructor(spec: ServiceSpec) {
    this.#spec = spec;
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
    this.#watch = this.#keepRunning().catch((error: unknown) => this.#ready.reject(error));
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
      failures = (await this.#runOnce()) ? 0 : failures + 1;
      if (this.#stopped()) return;
      if (failures >= GIVE_UP_AFTER)
        this.#ready.reject(new CommandError(`The ${this.name} does not start: ${await this.#lastLogLine()}`));
      const pause = Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
      // the wait ends early when the service is stopped
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Runs the process until it ends. Resolves to whether it was ready before. */
  async #runOnce(): Promise<boolean> {
    const { command, environment, logFile, pidFile } = this.#spec;
    const [program, ...args] = command;
    const log = await open(logFile, 'a');
    // a process group of its own: a Ctrl-C reaches it through us, in order
    const child = spawn(program, args, {
      env: environment,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await log.close();
    const ended = once(child, 'exit');
    if (child.pid === undefined) return ended.then(() => false);
    this.#child = child;
    const release = killOnParentExit(child.pid);
    await writePidFile(pidFile, child.pid);
    if (this.#stopped()) child.kill('SIGTERM');
    const ready = this.#becomesReady(child);
    await ended;
    this.#child = null;
    await Promise.all([release(), rm(pidFile, { force: true })]);
    return ready;
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

  /** The last line of the log, for people. */
  async #lastLogLine(): Promise<string> {
    const lines = (await readFile(this.#spec.logFile, 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '');
    return `${readable(lines.at(-1) ?? 'it says nothing')} (${this.#spec.logFile})`;
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
