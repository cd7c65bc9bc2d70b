import { appendFileSync, renameSync, statSync } from 'node:fs';

const LIMIT_BYTES = 16 * 2 ** 20;

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
      if (this.#size() + text.length > this.limitBytes) renameSync(this.file, `${this.file}.1`);
      appendFileSync(this.file, text);
      if (this.#refused) this.say(`${this.file} is written again`);
      this.#refused = false;
    } catch (error) {
      if (!this.#refused) this.say(`${this.file} cannot be written: ${reasonOf(error)}`);
      this.#refused = true;
    }
  }

  #size(): number {
    return statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }
}

/** Does something with a file that the stack can do without. A failure is said on the console. */
export async function attempt(work: () => Promise<unknown>, say: (line: string) => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    say(reasonOf(error));
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
