import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, killOnParentExit } from '@loci/host';
import { writePid } from './pid-file.js';

export interface ServiceSpec {
  name: string;
  /** Program and arguments. */
  command: [string, ...string[]];
  environment: NodeJS.ProcessEnv;
  logFile: string;
  pidFile: string;
  /** Answers 200 when the service can do its work. */
  readyUrl: string;
}

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 15_000;
/** A service that ends that often before it was ever ready will not come up. */
const GIVE_UP_AFTER = 3;
const KILL_AFTER_MS = 28_000;

/** A child process that is started again, with back-off, when it ends by itself. */
export class Service {
  readonly #spec: ServiceSpec;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<undefined>();
  #child: ChildProcess | null = null;
  #watch: Promise<void> = Promise.resolve();

  constructor(spec: ServiceSpec) {
    this.#spec = spec;
    // whoever starts the service awaits `ready`; nobody may, when the start ends early
    this.#ready.promise.catch(() => undefined);
  }

  get name(): string {
    return this.#spec.name;
  }

  /** Resolves when the service was ready for the first time; rejects with a CommandError when it does not come up. */
  get ready(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** Starts it and keeps it running until `stop`. */
  start(): void {
    this.#watch = this.#keepRunning().catch((error: unknown) => this.#ready.reject(error));
  }

  /** SIGTERM, and SIGKILL for one that does not end in time. Resolves when the process is gone. */
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
        this.#ready.reject(new CommandError(`The ${this.name} does not start: ${await this.#lastWords()}`));
      const pause = Math.min(FIRST_DELAY_MS * 2 ** failures, LAST_DELAY_MS);
      // ends early when it is stopped
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** One life of the process. Resolves when it has ended: to whether it had been ready. */
  async #runOnce(): Promise<boolean> {
    const { command, environment, logFile, pidFile } = this.#spec;
    const [program, ...args] = command;
    const log = await open(logFile, 'a');
    // a session of its own: a Ctrl-C reaches it through us, in order
    const child = spawn(program, args, {
      env: environment,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await log.close();
    const ended = once(child, 'exit');
    if (child.pid === undefined) return ended.then(() => false);
    this.#child = child;
    const letGo = killOnParentExit(child.pid);
    await writePid(pidFile, child.pid);
    if (this.#stopped()) child.kill('SIGTERM');
    const ready = this.#becomesReady(child);
    await ended;
    this.#child = null;
    await Promise.all([letGo(), rm(pidFile, { force: true })]);
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

  /** What the service said last, for people. */
  async #lastWords(): Promise<string> {
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
    // not listening yet, or too busy: asked again
    return false;
  }
}

/** The message of a JSON log line, with its error; any other line as it is. */
function readable(line: string): string {
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [entry.msg, entry.err?.message].filter((part) => part !== undefined).join(': ') || line;
  } catch {
    return line;
  }
}
