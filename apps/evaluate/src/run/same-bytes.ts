import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Holds work on files with the same bytes apart: the service keeps those bytes once, and whoever is done first would delete them for all. */
export class SameBytes {
  readonly #last = new Map<string, Promise<undefined>>();

  /** Does the work when no other is at these bytes. Rejects as the work does, or when the file cannot be read. */
  async alone<T>(file: string, work: () => Promise<T>): Promise<T> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    const bytes = hash.digest('hex');
    const before = this.#last.get(bytes);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#last.set(bytes, promise);
    try {
      await before;
      return await work();
    } finally {
      resolve(undefined);
    }
  }
}
