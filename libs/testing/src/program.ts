import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inRoot } from '@loci/host';

/** A program of an app, as it was built, running as a process of its own. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  #said = '';

  /** @param path such as `apps/local/start`, for apps/local/dist/start.js */
  constructor(path: string, environment: Record<string, string>, args: string[] = []) {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(
        ([key]) => !['DATABASE_URL', 'QUEUE_URL', 'OBJECT_STORE_URL', 'API_KEYS'].includes(key),
      ),
    );
    this.child = spawn(process.execPath, [inRoot(dirname(path), 'dist', `${basename(path)}.js`), ...args], {
      env: { ...inherited, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#said += chunk.toString('utf8')));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Everything it has written so far. */
  get said(): string {
    return this.#said;
  }

  /** Waits until it has written something like `pattern`. Throws with all it said when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#said);
      if (found !== null) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`it ended without ${String(pattern)}: ${this.#said}`);
      await delay(50);
    }
  }

  /** Sends a signal and waits for the end. Resolves to the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Waits until `found` gives something other than null. */
export async function until<T>(found: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const value = await found();
    if (value !== null) return value;
    await delay(50);
  }
}

/** Processes whose command line mentions `mark`. */
export async function processesWith(mark: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.includes(mark) === true).map(Number);
}

/** The processes that the pid files of a stack name, by name. A file goes while its process is replaced: then it is not among them. */
export async function pidsIn(dataDir: string): Promise<Record<string, number>> {
  const folder = join(dataDir, 'pids');
  const read = async (file: string): Promise<[string, number][]> => {
    try {
      return [[file.replace('.pid', ''), Number(await readFile(join(folder, file), 'utf8'))]];
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };
  return Object.fromEntries((await Promise.all((await readdir(folder)).map(read))).flat());
}
