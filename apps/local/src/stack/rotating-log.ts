import { appendFileSync, copyFileSync, renameSync, statSync, truncateSync } from 'node:fs';

const LIMIT_BYTES = 16 * 2 ** 20;
const LOOK_EVERY_MS = 10_000;

/**
 * A log file of bounded size: at its limit it is renamed to `<file>.1`, and a new one begins. What the disk
 * refuses is dropped, and said on the console once: those who log must not die of it.
 */
export class RotatingLog {
  #refused = false;

  constructor(
    private readonly file: string,
    private readonly say: (line: string) => void,
    private readonly limitBytes = LIMIT_BYTES,
  ) {}

  write(text: string): void {
    try {
      if (sizeOf(this.file) + text.length > this.limitBytes) renameSync(this.file, `${this.file}.1`);
      appendFileSync(this.file, text);
      if (this.#refused) this.say(`${this.file} is written again`);
      this.#refused = false;
    } catch (error) {
      if (!this.#refused) this.say(`${this.file} cannot be written: ${reasonOf(error)}`);
      this.#refused = true;
    }
  }
}

/** When a log is looked at, and how long it may be then. */
export interface LogBounds {
  limitBytes?: number;
  lookEveryMs?: number;
}

/**
 * Bounds a log that a process writes by itself, as Postgres does: beyond the limit it is copied to `<file>.1`
 * and emptied. The process appends, so it goes on at the beginning. Lines written in between are lost.
 */
export class AppendedLog {
  readonly #timer: NodeJS.Timeout;

  constructor(file: string, say: (line: string) => void, bounds: LogBounds = {}) {
    const { limitBytes = LIMIT_BYTES, lookEveryMs = LOOK_EVERY_MS } = bounds;
    const look = (): void => {
      try {
        if (sizeOf(file) > limitBytes) empty(file);
      } catch (error) {
        say(reasonOf(error));
      }
    };
    this.#timer = setInterval(look, lookEveryMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function empty(file: string): void {
  try {
    copyFileSync(file, `${file}.1`);
  } finally {
    // also on a full disk, which gets room by it
    truncateSync(file);
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Does something with a file that the stack can do without. A failure is said on the console. */
export async function attempt(work: () => Promise<unknown>, say: (line: string) => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    say(reasonOf(error));
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
